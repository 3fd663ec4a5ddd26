import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type Koa from 'koa'

/**
 * A yardstick's server. It keeps connections for as long as a row takes: by default it would close them after five
 * seconds, which a round of the other side can take, and hang up on the first requests of the next.
 */
export async function listen(app: Koa): Promise<{ port: number }> {
  const server = app.listen(0, '127.0.0.1')
  server.keepAliveTimeout = 600_000
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port }
}
