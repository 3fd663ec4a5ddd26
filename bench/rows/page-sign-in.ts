import { askToken } from '../frame/ask-token.ts'
import { browser } from '../frame/browser.ts'
import { httpClient } from '../frame/http-client.ts'
import { makeScene, password } from '../frame/scene.ts'
import { throughput } from '../frame/throughput.ts'

const callback = 'https://app.example.com/callback'

// The whole way of a browser that nobody knows yet: authorize, the login page, its form, the code, the tokens.
export default throughput({
  name: 'page sign-in, authorize to tokens',
  yardstick: 'bare-sign-in',
  withDatabase: true,
  goal: 0.6,
  must: 0.45,
  async prepare({ cognito, server }) {
    const { poolId, clientId, users } = await makeScene(cognito, {
      client: {
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthScopes: ['openid', 'email'],
        SupportedIdentityProviders: ['COGNITO'],
        CallbackURLs: [callback],
      },
    })
    const query = new URLSearchParams({ client_id: clientId, response_type: 'code', scope: 'openid email', state: 'x' })
    const authorize = `/${poolId}/oauth2/authorize?${query}&redirect_uri=${encodeURIComponent(callback)}`

    return async (worker) => {
      const person = browser(cognito, `localhost:${server.port}`)
      const login = String((await person.get(authorize)).headers.location)
      const page = await person.get(login)
      let answer = await person.submit(page, login, { username: users[worker]!.username, password })
      while (!String(answer.headers.location).startsWith(callback)) {
        if (!answer.headers.location) throw new Error(`No code: ${answer.status} ${answer.body}`)
        answer = await person.get(String(answer.headers.location))
      }
      const code = new URL(String(answer.headers.location)).searchParams.get('code')!
      await askToken(cognito, poolId, {
        grant_type: 'authorization_code',
        client_id: clientId,
        redirect_uri: callback,
        code,
      })
    }
  },
  askYardstick(_, port) {
    const http = httpClient(port)
    return (worker) => http.send('GET', `/?name=person-${worker}`, {})
  },
})
