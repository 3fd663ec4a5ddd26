import type { Context } from '../context.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { findCredentials } from '../pool/sign-in/credentials-store.ts'
import { offeredFactors } from '../pool/sign-in/first-factors.ts'
import { canReach } from '../pool/sign-in/levels.ts'
import type { SignInState } from '../pool/sign-in/sign-in.ts'
import { type AcrLevel, acrLevel, acrLevels, acrName, type Proven } from '../pool/tokens/proven.ts'
import { requestedIn } from './requested.ts'

/** The levels that an app requests by `acr_values`, in its order of preference; undefined where it requests none. */
export function requestedLevels(pool: Pool, acrValues: string | null | undefined): AcrLevel[] | undefined {
  if (!acrValues?.trim() || pool.settings.UserPoolTier === 'LITE') return undefined
  const named = new Map(acrLevels.map((level) => [acrName(pool, level), level]))
  return acrValues.split(' ').flatMap((name) => named.get(name) ?? [])
}

/** The levels that a stored request asks for, and whether its app accepts no others. */
export function levelsOf(params: object | undefined): { levels: AcrLevel[]; isEssential: boolean } {
  const { levels } = (params ?? {}) as { levels?: string }
  return {
    levels: levels ? (levels.split(' ').map(Number) as AcrLevel[]) : [],
    isEssential: requestedIn(params)?.id_token?.acr?.essential === true,
  }
}

/** Whether a sign-in lacks the levels that its app requires: whatever its user has proven, it gets no code. */
export function lacksEssential(proven: Proven, params: object | undefined): boolean {
  const { levels, isEssential } = levelsOf(params)
  return isEssential && levels.length > 0 && levels.every((level) => acrLevel(proven) < level)
}

/** Whether a sign-in has reached the best level that the user has factors for: the first possible one of the list. */
export async function reaches(
  ctx: Context,
  pool: Pool,
  { userId, proven }: { userId: string; proven: Proven },
  requested: AcrLevel[],
): Promise<boolean> {
  const level = acrLevel(proven)
  if (requested.every((one) => level >= one)) return true
  // Which factors users have at another provider is not known here; what counts is whether the app accepts the level.
  if (proven.factors.some(({ name }) => name === 'fed')) return requested.some((one) => level >= one)
  const found = await findCredentials(ctx.db, pool.id, userId)
  if (!found) return false
  const state: Pick<SignInState, 'username' | 'proven'> = { username: found.user.username }
  const person = { pool, ...found, state }
  const firsts = offeredFactors(ctx, person)
  const target = requested.find((one) => firsts.some((first) => canReach(person, first, one)))
  return target !== undefined && level >= target
}
