import { randomUUID } from 'node:crypto'
import type { Middleware } from 'koa'
import type { Context } from './context.ts'
import { factsOf } from './lib/request-facts.ts'

/**
 * One line for each request, once it is answered or the client has disconnected: at `info` if POOLHOUSE_ACCESS_LOG asks
 * for it, else at `debug`. No query strings, headers, bodies or addresses; whatever in a path may be secret is removed.
 * Undefined if nobody would see the lines.
 */
export function createAccessLog({ config, log }: Context): Middleware | undefined {
  const level = config.accessLog ? 'info' : 'debug'
  if (!log.isLevelEnabled(level)) return undefined
  return (koa, next) => {
    const started = performance.now()
    koa.res.once('close', () => {
      const { requestId = randomUUID(), poolId = poolIn(koa.path), clientId, refusal } = factsOf(koa)
      const operation = operationIn(koa.get('x-amz-target'))
      log[level](
        {
          requestId,
          method: koa.method,
          ...(operation ? { operation } : { route: routeOf(koa.path) }),
          poolId,
          clientId,
          status: koa.res.statusCode,
          outcome: outcomeOf(koa.res.writableFinished, refusal?.type ?? koa.res.getHeader('x-amzn-errortype')),
          milliseconds: Math.round((performance.now() - started) * 10) / 10,
        },
        'request',
      )
    })
    return next()
  }
}

const poolPath = /^\/([a-z]{2}(?:-[a-z]+)+-\d_[0-9a-zA-Z]{1,55})(?=\/|$)/

const poolIn = (path: string): string | undefined => poolPath.exec(path)?.[1]

/** `AWSCognitoIdentityProviderService.GetUser`, if it has that form. */
const operationIn = (target: string): string | undefined => /^\w{1,60}\.(\w{1,80})$/.exec(target)?.[1]

/** The path with a placeholder for the pool's id, and without its random parts: file hashes, one-time links. */
export function routeOf(path: string): string {
  const parts = path.slice(0, 300).replace(poolPath, '/{poolId}').split('/')
  return parts.map((part) => (part.length > 32 || /%|[^\w.{}-]/.test(part) ? '…' : part)).join('/')
}

function outcomeOf(finished: boolean, errorType: unknown): string | undefined {
  if (!finished) return 'client gone'
  return typeof errorType === 'string' ? /^\w+/.exec(errorType)?.[0] : undefined
}
