import type { Middleware } from 'koa'
import type { Context } from '../context.ts'
import { isLoopbackName } from '../lib/loopback.ts'
import { refuse } from './dev-guard.ts'

/**
 * Signs the console in automatically as the well-known key pair, on this machine only. That pair may do everything, so
 * the connection must come from this machine, under a host name that no other site can point here, from a page of this
 * origin.
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
    // A key pair from the environment is secret, even from other users of this machine.
    if (secretAccessKey !== wellKnown) return refuse(koa, 403, 'The console signs in by itself as local/local alone.')
    koa.body = { accessKeyId, secretAccessKey }
  }
}

const wellKnown = 'local'

/** Looks at the connection itself, whatever headers a proxy has added. */
const isLoopbackAddress = (address = ''): boolean => /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address)
