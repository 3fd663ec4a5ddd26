import { exportSecret, issuer, run, type Snippet, type SnippetFacts, sh } from './facts.ts'

/** Stands for the `code` that the login page adds to the callback URL. */
const pastedCode = 'PASTE-THE-CODE'

export const curl = (facts: SnippetFacts, callback: string): Snippet => ({
  id: 'curl',
  title: 'curl',
  steps: [
    run(`CODE=${pastedCode}`),
    run(
      ...(facts.secret === undefined ? [] : [exportSecret(facts)]),
      `curl ${sh(`${issuer(facts)}/oauth2/token`)} \\
  --data grant_type=authorization_code \\
  --data client_id=${facts.clientId} \\${facts.secret === undefined ? '' : '\n  --data-urlencode "client_secret=$CLIENT_SECRET" \\'}
  --data-urlencode ${sh(`redirect_uri=${callback}`)} \\
  --data-urlencode "code=$CODE"`,
    ),
  ],
})

export const curlMachine = (facts: SnippetFacts): Snippet => ({
  id: 'curl',
  title: 'curl',
  steps: [
    run(
      exportSecret(facts),
      `curl ${sh(`${issuer(facts)}/oauth2/token`)} \\
  --user "${facts.clientId}:$CLIENT_SECRET" \\
  --data grant_type=client_credentials \\
  --data-urlencode ${sh(`scope=${facts.scopes.join(' ')}`)}`,
    ),
  ],
})
