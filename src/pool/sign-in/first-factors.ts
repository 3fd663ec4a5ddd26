import type { Context } from '../../context.ts'
import { codeFactors, type FirstFactor, firstFactors } from '../factors/index.ts'
import { password, passwordSrp } from '../factors/password.ts'
import { challengeNamed } from './challenges/index.ts'
import { isCodeOffered } from './first-factor-rules.ts'
import { canReach } from './levels.ts'
import type { SignInPerson } from './sign-in.ts'
import { seemingPerson } from './simulated-user.ts'

/**
 * The first factors that a user may choose, in the order in which they are listed; for an unknown name, those that a
 * user of that name might have.
 */
export function offeredFactors(ctx: Context, known: SignInPerson): FirstFactor[] {
  const person = seemingPerson(ctx, known)
  const { target } = person.state
  const offered = firstFactors
    .map(({ name }) => name)
    .filter((name) => challengeNamed(name).isOffered?.(person, ctx))
    .filter((name) => !target || canReach(person, name, target))
  // If no factor could succeed, the password is asked for, and refused in the end.
  return offered.length > 0 ? offered : [passwordSrp.name, password.name]
}

/** False for a user who signed in with a code alone and by now has, or needs, a second factor. */
export function mayEnterByCode(person: SignInPerson): boolean {
  const proofs = person.state.proven?.factors.map(({ name }) => name) ?? []
  const [first] = proofs
  if (!first || proofs.includes('pwd')) return true
  const factor = codeFactorProving(first)
  return !factor || isCodeOffered(person, factor)
}

export const codeFactorProving = (proof: string) =>
  codeFactors.find(({ proves }) => (proves as readonly string[]).includes(proof))
