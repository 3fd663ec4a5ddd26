import type { Context } from '../../context.ts'
import { codeFactors, type FirstFactor, firstFactors } from '../factors/index.ts'
import { password, passwordSrp } from '../factors/password.ts'
import { challengeNamed } from './challenges/index.ts'
import { isCodeOffered } from './first-factor-rules.ts'
import { canReach } from './levels.ts'
import type { SignInPerson } from './sign-in.ts'
import { seemingPerson } from './simulated-user.ts'

/**
 * What a user may begin with in the choice flow, in the order in which it is listed; for a name that no user has, what
 * somebody of that name could be offered.
 */
export function offeredFactors(ctx: Context, known: SignInPerson): FirstFactor[] {
  const person = seemingPerson(ctx, known)
  const { target } = person.state
  const offered = firstFactors
    .map(({ name }) => name)
    .filter((name) => challengeNamed(name).isOffered?.(person, ctx))
    .filter((name) => !target || canReach(person, name, target))
  // If nothing could succeed, the password is asked for, and the refusal comes at its end.
  return offered.length > 0 ? offered : [passwordSrp.name, password.name]
}

/** False for a user who signed in with a code alone and now has, or must have, a second factor. */
export function mayEnterByCode(person: SignInPerson): boolean {
  const proofs = person.state.proven?.factors.map(({ name }) => name) ?? []
  const [first] = proofs
  if (!first || proofs.includes('pwd')) return true
  const factor = codeFactorProving(first)
  return !factor || isCodeOffered(person, factor)
}

export const codeFactorProving = (proof: string) =>
  codeFactors.find(({ proves }) => (proves as readonly string[]).includes(proof))
