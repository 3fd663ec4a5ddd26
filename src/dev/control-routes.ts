import type { Middleware, ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { unknownName } from '../lib/known-names.ts'
import { OperatorError } from '../lib/operator-error.ts'
import { readBody } from '../lib/request-body.ts'
import type { OperationName } from '../pool/handler.ts'
import { foreignOrigin, refuse } from './dev-guard.ts'
import type { DevTools } from './dev-tools.ts'
import { type Fault, faultMembers, requireFault, requireOperation } from './faults.ts'
import { deletePools } from './reset-store.ts'
import { applySeed, type Seed } from './seed.ts'

/** The controls of a dev server as JSON over HTTP: clock, faults, reset, seed. See docs/testing-your-app.md. */
export function createControlRoutes(ctx: Context, tools: DevTools): Middleware {
  return async (koa, next) => {
    const route = Object.hasOwn(routes, koa.path) ? routes[koa.path] : undefined
    if (!route) return next()
    koa.set('Cache-Control', 'no-store')
    koa.set('X-Content-Type-Options', 'nosniff')
    const foreign = foreignOrigin(ctx, koa)
    if (foreign !== undefined) return refuse(koa, 403, `The controls are not for ${foreign}.`)
    const answer = route[koa.method]
    if (!answer) {
      koa.set('Allow', Object.keys(route).join(', '))
      return refuse(koa, 405, 'Method not allowed.')
    }
    try {
      koa.body = await answer({ ctx, tools, koa })
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error
      refuse(koa, 400, error.message)
    }
  }
}

interface Asked {
  ctx: Context
  tools: DevTools
  koa: ParameterizedContext
}

class BadControl extends OperatorError {}

const routes: Record<string, Record<string, (asked: Asked) => Promise<unknown> | unknown>> = {
  '/_poolhouse/clock': {
    GET: ({ tools }) => clockState(tools),
    async POST({ koa, tools }) {
      const { advance, set, reset } = await readJson(koa, ['advance', 'set', 'reset'])
      if (reset) tools.clock.reset()
      if (set !== undefined) tools.clock.set(time(set))
      if (advance !== undefined) tools.clock.advance(seconds(advance) * 1000)
      return clockState(tools)
    },
  },
  '/_poolhouse/faults': {
    GET: ({ tools }) => tools.faults.list(),
    async POST({ koa, tools }) {
      const { operation, ...fault } = await readJson(koa, ['operation', ...faultMembers])
      tools.faults.inject(operationOf(operation), faultOf(fault))
      return tools.faults.list()
    },
    DELETE({ koa, tools }) {
      const operation = new URLSearchParams(koa.querystring).get('operation')
      tools.faults.clear(operation === null ? undefined : operationOf(operation))
      return tools.faults.list()
    },
  },
  '/_poolhouse/reset': {
    async POST({ koa, ctx, tools }) {
      const { userPoolId } = await readJson(koa, ['userPoolId'])
      if (userPoolId !== undefined && typeof userPoolId !== 'string') throw new BadControl('userPoolId is a string')
      return reset(ctx, tools, userPoolId)
    },
  },
  '/_poolhouse/seed': {
    async POST({ koa, ctx }) {
      await applySeed(ctx, (await readJson(koa)) as unknown as Seed)
      return { applied: true }
    },
  },
}

/**
 * Deletes one pool, or everything except the record that there was a demo; the latter also resets clock, faults and
 * inbox.
 */
export async function reset(ctx: Context, tools: DevTools, userPoolId?: string): Promise<{ deleted: number }> {
  const deleted = await deletePools(ctx.db, userPoolId)
  if (userPoolId === undefined) {
    tools.clock.reset()
    tools.faults.clear()
    ctx.inbox?.clear()
  }
  return { deleted }
}

const clockState = ({ clock }: DevTools) => ({ now: clock.now().toISOString(), offsetSeconds: clock.offset / 1000 })

/** @throws BadControl for a member that is not one of `members`; the seed itself is checked when it is applied */
async function readJson(koa: ParameterizedContext, members?: readonly string[]): Promise<Record<string, unknown>> {
  const parsed = await readObject(koa)
  const unknown = members && unknownName(parsed, members)
  if (unknown) throw new BadControl(`In the body ${unknown}`)
  return parsed
}

async function readObject(koa: ParameterizedContext): Promise<Record<string, unknown>> {
  const body = (await readBody(koa.req, 2 * 1024 * 1024, 10_000)).toString()
  if (body.trim() === '') return {}
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>
  } catch {
    // Refused below.
  }
  throw new BadControl('The body is not a JSON object')
}

function time(value: unknown): Date {
  const date = new Date(typeof value === 'number' ? value * 1000 : String(value))
  if (Number.isNaN(date.getTime())) throw new BadControl('set is an ISO 8601 time, or seconds since 1970')
  return date
}

const unitSeconds: Record<string, number> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 }

/** Seconds, or an object of time units. */
function seconds(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  const parts = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const known = parts.every(([unit, n]) => Object.hasOwn(unitSeconds, unit) && Number.isFinite(n))
  if (parts.length === 0 || !known)
    throw new BadControl('advance is a number of seconds, or an object of seconds, minutes, hours, days')
  return parts.reduce((sum, [unit, n]) => sum + unitSeconds[unit]! * (n as number), 0)
}

function operationOf(name: unknown): OperationName {
  if (typeof name !== 'string') throw new BadControl('operation is the name of one, such as InitiateAuth')
  return requireOperation(name)
}

function faultOf({ type, message, delay, times }: Record<string, unknown>): Fault {
  const isText = (value: unknown) => value === undefined || typeof value === 'string'
  const isCount = (value: unknown) => value === undefined || (Number.isInteger(value) && (value as number) >= 0)
  if (!isText(type) || !isText(message)) throw new BadControl('type and message are strings')
  if (!isCount(delay) || !isCount(times)) throw new BadControl('delay (ms) and times are whole numbers')
  const fault = { type, message, delay, times } as Fault
  requireFault(fault)
  return fault
}
