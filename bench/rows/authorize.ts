import { callback, makeAuthorizeScene } from '../frame/authorize-scene.ts'
import { browser } from '../frame/browser.ts'
import { httpClient } from '../frame/http-client.ts'
import { password } from '../frame/scene.ts'
import { throughput } from '../frame/throughput.ts'

export default throughput({
  name: 'authorize with a live session',
  yardstick: 'bare-authorize',
  withDatabase: true,
  goal: 0.6,
  must: 0.45,
  async prepare({ cognito, server }) {
    const { users, authorize } = await makeAuthorizeScene(cognito)

    const browsers = users.map(() => browser(cognito, `localhost:${server.port}`))
    await Promise.all(
      browsers.map(async (person, worker) => {
        const login = (await person.get(authorize)).headers.location as string
        const page = await person.get(login)
        const done = await person.submit(page, login, { username: users[worker]!.username, password })
        await person.get(done.headers.location as string)
      }),
    )
    return async (worker) => {
      const { headers, body } = await browsers[worker]!.get(authorize)
      if (!String(headers.location).startsWith(`${callback}?code=`))
        throw new Error(`No code: ${headers.location} ${body}`)
    }
  },
  askYardstick(_, port) {
    const http = httpClient(port)
    return (worker) => http.send('GET', `/?name=person-${worker}`, {})
  },
})
