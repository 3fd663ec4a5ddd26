import type { Context } from '../../context.ts'
import { FeatureUnavailableInTier, InvalidAccessToken, InvalidParameter } from '../../model/errors.ts'
import type { Client } from '../clients/client.ts'
import type { Pool } from '../pools/pool.ts'
import { tierAllows } from '../pools/tiers.ts'
import { type AcrLevel, acrLevel, acrName, type Proven } from '../tokens/proven.ts'
import { requireAccessToken } from '../tokens/require-access-token.ts'
import { findSessionProof } from '../tokens/session-proof-store.ts'
import { lastSignOut } from '../users/user.ts'
import type { Credentials } from './credentials-store.ts'
import { offeredFactors } from './first-factors.ts'
import { canReach, factorsTowards } from './levels.ts'
import type { Responses, SignIn, SignInState } from './sign-in.ts'
import { seemingPerson } from './simulated-user.ts'

type StepUp = Pick<SignInState, 'target' | 'proven' | 'lastSignOut' | 'firstAgain'>

/**
 * Begins a sign-in with a target level, from nothing or from what an access token's session has proven recently enough.
 * All or nothing: there are no tokens for a lower level, and none where the level was reached already. @throws what
 * InitiateAuth declares
 */
export async function beginStepUp(
  ctx: Context,
  { pool, client, typed, ...found }: { pool: Pool; client: Client; typed: string } & Partial<Credentials>,
  parameters: Responses,
): Promise<StepUp> {
  const { TARGET_ACR_VALUES, ACCESS_TOKEN } = parameters
  const maxAge = parseMaxAge(parameters.MAX_AGE)
  if (TARGET_ACR_VALUES === undefined) {
    if (ACCESS_TOKEN !== undefined) throw new InvalidParameter('ACCESS_TOKEN requires TARGET_ACR_VALUES.')
    return {}
  }
  if (!tierAllows(ctx, pool.settings, 'ESSENTIALS'))
    throw new FeatureUnavailableInTier('Step-up authentication is not available in the pricing tier of the user pool.')

  const requested = TARGET_ACR_VALUES.split(' ').flatMap(
    (value) => levels.find((level) => acrName(pool, level) === value) ?? [],
  )
  if (requested.length === 0) throw new InvalidParameter('TARGET_ACR_VALUES has no value that the user pool knows.')
  const proven = ACCESS_TOKEN === undefined ? undefined : await credit(ctx, pool, found.user?.id, ACCESS_TOKEN, maxAge)
  const state = { username: typed, proven }
  const person = seemingPerson(ctx, { pool, ...found, state })
  const firsts = offeredFactors(ctx, person)
  const target = requested.find((level) => firsts.some((first) => canReach(person, first, level)))
  if (!target) throw noFittingFactor()
  if (!proven) return { target }

  if (acrLevel(proven) >= target) throw new InvalidParameter('The access token already satisfies TARGET_ACR_VALUES.')
  const firstAgain = factorsTowards({ ...person, state: { target, proven } }).length === 0
  // The token was valid a moment after the user was read, so no sign-out happened in between.
  return { target, proven, lastSignOut: lastSignOut(found.user!), firstAgain }
}

const levels: AcrLevel[] = [1, 2, 3, 4]

/** What was proven for the token, which must be the user's own; nothing where that is too long ago. */
async function credit(
  ctx: Context,
  pool: Pool,
  userId: string | undefined,
  token: string,
  maxAge: number | undefined,
): Promise<Proven | undefined> {
  const bearer = await requireAccessToken(ctx, token)
  if (bearer.pool.id !== pool.id || bearer.user.id !== userId) throw new InvalidAccessToken()
  const session = await findSessionProof(ctx.db, pool.id, bearer.originJti)
  if (!session) return undefined
  const age = ctx.clock.now().getTime() - session.proven.at
  return maxAge !== undefined && age > maxAge * 1000 ? undefined : session.proven
}

/** Seconds. @throws InvalidParameterException */
function parseMaxAge(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,10}$/.test(text)) throw new InvalidParameter('MAX_AGE must be a whole number of seconds.')
  return Number(text)
}

/**
 * The last requirement of a sign-in: the target level is reached. @throws InvalidParameterException if the user has
 * lost a factor in the meantime
 */
export function requireLevel({ state }: SignIn): undefined {
  if (state.target && state.proven && acrLevel(state.proven) < state.target) throw noFittingFactor()
  return undefined
}

const noFittingFactor = () =>
  new InvalidParameter('The user has no factors for any of TARGET_ACR_VALUES.', { reason: 'no-fitting-factor' })
