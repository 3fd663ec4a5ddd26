import { httpClient } from './http-client.ts'
import type { Operation } from './load.ts'

/** A request to the yardstick `bare-read`, about as large as a call with an access token. */
export function askBareRead(port: number, token = true): Operation {
  const http = httpClient(port)
  const padding = 'x'.repeat(token ? 1000 : 50)
  return async (worker) => {
    const body = JSON.stringify({ name: `person-${worker}`, token, padding })
    const { status } = await http.send('POST', '/', { 'content-type': 'application/json' }, body)
    if (status !== 200) throw new Error(`The yardstick answered ${status}`)
  }
}
