import type { Context } from '../context.ts'
import type { User } from '../pool/users/user.ts'
import { type BrowserSession, packProven } from './session.ts'

/** A request whose user answers elsewhere, while the app polls: of a device, or by backchannel authentication. */
export interface PolledRequest {
  clientId: string
  scope: string
  audience?: string
  /** Milliseconds. */
  until: number
  denied?: true
  accountId?: string
  amr?: string[]
}

/** Min seconds between two polls of an app. */
export const pollSeconds = 5
/** How many seconds an expired request is remembered, so that the app learns that it expired. */
export const knownAsOver = 300

/** How many seconds are left for an answer. */
export const secondsLeft = (ctx: Context, { until }: PolledRequest): number =>
  Math.ceil((until - ctx.clock.now().getTime()) / 1000)

/** The request with its user's answer. */
export function answered(
  request: PolledRequest,
  { user, proven }: Pick<BrowserSession, 'proven'> & { user: Pick<User, 'id'> },
  allowed: boolean,
): Record<string, unknown> {
  const answer = allowed ? { amr: packProven(proven) } : { denied: true }
  return { ...request, ...answer, accountId: user.id }
}
