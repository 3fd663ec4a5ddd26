import { amplify, oidcClientTs } from './browser.ts'
import { curl, curlMachine } from './curl.ts'
import { type Snippet, type SnippetFacts, webCallback } from './facts.ts'
import { go, goMachine } from './go.ts'
import { nextAuth, nodeMachine, openidClient } from './node.ts'
import { django, fastApi } from './python.ts'
import { spring } from './spring.ts'

/** Apps that sign in with an app client, as they run once they are pasted. */
export function snippetsFor(facts: SnippetFacts): Snippet[] {
  if (facts.isMachine) return [curlMachine, nodeMachine, goMachine].map((of) => of(facts))
  const callback = webCallback(facts)
  if (callback === undefined) return facts.secret === undefined ? [amplify(facts)] : []
  const shown =
    facts.secret === undefined
      ? [oidcClientTs, amplify, curl]
      : [nextAuth, openidClient, spring, fastApi, django, go, curl]
  return shown.map((of) => of(facts, callback))
}
