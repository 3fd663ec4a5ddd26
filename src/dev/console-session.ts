import type { Middleware } from 'koa'
import type { Context } from '../context.ts'
import { isLoopbackName } from '../lib/loopback.ts'
import { refuse } from './dev-guard.ts'

/**
 * Signs the console in by itself, on this machine alone, as the well-known key pair. That may do everything, so the
 * connection itself must come from here, under a name that no other site can point here, from a page of this very origin.
 */
export function createConsoleSession({ config }: Context): Middleware {
  return async (koa, next) => {
    if (koa.path !== '/console/session') return next()
    koa.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
    if (koa.method !== 'POST') {
      koa.set('Allow', 'POST')
      return refuse(koa, 405, 'Method not allowed.')
    }
    const isHere = isLoopbackAddress(koa.req.socket.remoteAddress) && isLoopbackName(koa.hostname)
    if (!isHere) return refuse(koa, 403, 'The console signs in by itself on this machine alone.')
    if (koa.get('Origin') !== `${koa.protocol}://${koa.host}`)
      return refuse(koa, 403, 'The console signs in by itself for its own page alone.')
    const { accessKeyId, secretAccessKey } = config.credentials[0]!
    // A pair of one's own is a secret, also before other users of this machine.
    if (secretAccessKey !== wellKnown) return refuse(koa, 403, 'The console signs in by itself as local/local alone.')
    koa.body = { accessKeyId, secretAccessKey }
  }
}

const wellKnown = 'local'

/** Of the connection, whatever a proxy says of it. */
const isLoopbackAddress = (address = ''): boolean => /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address)
