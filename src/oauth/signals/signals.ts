import type { Middleware, ParameterizedContext } from 'koa'
import type { Context } from '../../context.ts'
import { isOn } from '../../model/extensions.ts'
import { challengeOf } from '../bearer.ts'
import { type CalledAt, poolCalled } from '../client-authentication.ts'
import { refuseMethod } from '../refuse-method.ts'
import { readObject } from './body.ts'
import { poll } from './poll.ts'
import { type Answer, type Call, requireReceiver, type StreamScope } from './receiver.ts'
import { SignalsError } from './signals-error.ts'
import { readStatus, updateStatus, verify } from './status.ts'
import { createStream, patchStream, readStreams, removeStream, replaceStream } from './streams.ts'

interface Operation {
  scope: StreamScope
  answer: (call: Call) => Promise<Answer>
}

const operations: Record<string, Record<string, Operation>> = {
  streams: {
    GET: { scope: 'read', answer: readStreams },
    POST: { scope: 'manage', answer: createStream },
    PATCH: { scope: 'manage', answer: patchStream },
    PUT: { scope: 'manage', answer: replaceStream },
    DELETE: { scope: 'manage', answer: removeStream },
  },
  status: { GET: { scope: 'read', answer: readStatus }, POST: { scope: 'manage', answer: updateStatus } },
  verify: { POST: { scope: 'manage', answer: verify } },
  // Whoever acknowledges an event deletes it.
  poll: { POST: { scope: 'manage', answer: poll } },
}

const path = /^(?:\/([\w-]{1,45}_[0-9a-zA-Z]{1,20}))?\/ssf\/(?:(streams|status|verify)|(poll)\/[\w-]{1,64})$/

/** The API by which clients manage their streams of security events (Shared Signals Framework 1.0). */
export function createSignals(ctx: Context): Middleware {
  return async (koa, next) => {
    const [, poolId, route, polled] = path.exec(koa.path) ?? []
    const methods = operations[route ?? polled ?? '']
    if (!methods) return next()
    if (!poolId && koa.host === new URL(ctx.config.publicUrl).host) return next()
    const at = { poolId, host: koa.host }
    const pool = await poolCalled(ctx, at)
    if (!pool || !isOn('SharedSignals', pool)) return next()
    koa.set('Cache-Control', 'no-store')
    koa.set('X-Content-Type-Options', 'nosniff')
    const operation = methods[koa.method]
    if (!operation) return refuseMethod(koa, Object.keys(methods))
    await answer({ ...ctx, clientAddress: koa.ip } as Context, koa, at, operation)
  }
}

async function answer(ctx: Context, koa: ParameterizedContext, at: CalledAt, { scope, answer }: Operation) {
  try {
    const owner = await requireReceiver(ctx, koa, at, scope)
    const members = ['GET', 'DELETE'].includes(koa.method) ? {} : await readObject(koa)
    const { status, body } = await answer({ ctx, koa, owner, members, query: new URLSearchParams(koa.querystring) })
    koa.status = status
    if (body) show(koa, body)
  } catch (error) {
    if (!(error instanceof SignalsError)) throw error
    refuse(koa, error)
  }
}

function refuse(koa: ParameterizedContext, { status, code, message }: SignalsError): void {
  koa.status = status
  if (status === 401 || status === 403) {
    const scheme = koa.state.proofRefused ? 'DPoP' : 'Bearer'
    koa.set('WWW-Authenticate', code ? challengeOf(scheme, code, message) : scheme)
  }
  show(koa, { error: code ?? 'invalid_token', error_description: message })
}

function show(koa: ParameterizedContext, body: object): void {
  koa.type = 'application/json'
  koa.body = JSON.stringify(body)
}
