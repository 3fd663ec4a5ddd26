import { askToken } from '../frame/ask-token.ts'
import { callback, makeAuthorizeScene } from '../frame/authorize-scene.ts'
import { browser } from '../frame/browser.ts'
import { httpClient } from '../frame/http-client.ts'
import { password } from '../frame/scene.ts'
import { throughput } from '../frame/throughput.ts'

// The complete flow of a new browser: authorize, the login page, its form, the code, the tokens.
export default throughput({
  name: 'page sign-in, authorize to tokens',
  yardstick: 'bare-sign-in',
  withDatabase: true,
  goal: 0.6,
  must: 0.45,
  async prepare({ cognito, server }) {
    const { poolId, clientId, users, authorize } = await makeAuthorizeScene(cognito)

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
