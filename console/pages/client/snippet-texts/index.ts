import { type Snippet, type SnippetFacts, webCallback } from './facts.ts'

type Maker = (facts: SnippetFacts, callback: string) => Snippet

/** Apps that sign in with an app client, as they run once they are pasted. What is for other kinds of clients stays unread. */
export async function snippetsFor(facts: SnippetFacts): Promise<Snippet[]> {
  const callback = webCallback(facts)
  // Where nothing leads back to a browser, people sign in by the API alone.
  if (!facts.isMachine && callback === undefined)
    return facts.secret === undefined ? [(await import('./browser.ts')).amplify(facts)] : []
  const makers = await (facts.isMachine ? forMachines() : facts.secret === undefined ? forBrowsers() : forServers())
  return makers.map((make) => make(facts, callback ?? ''))
}

async function forMachines(): Promise<Maker[]> {
  const [curl, node, go] = await Promise.all([import('./curl.ts'), import('./node.ts'), import('./go.ts')])
  return [curl.curlMachine, node.nodeMachine, go.goMachine]
}

async function forBrowsers(): Promise<Maker[]> {
  const [browser, curl] = await Promise.all([import('./browser.ts'), import('./curl.ts')])
  return [browser.oidcClientTs, browser.amplify, curl.curl]
}

async function forServers(): Promise<Maker[]> {
  const [node, spring, python, go, curl] = await Promise.all([
    import('./node.ts'),
    import('./spring.ts'),
    import('./python.ts'),
    import('./go.ts'),
    import('./curl.ts'),
  ])
  return [node.nextAuth, node.openidClient, spring.spring, python.fastApi, python.django, go.go, curl.curl]
}
