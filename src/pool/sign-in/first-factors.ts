import type { ChallengeName } from './challenges/index.ts'
import type { SignIn } from './sign-in.ts'

type Person = Pick<SignIn, 'pool' | 'client' | 'user' | 'password'>

interface FirstFactor {
  name: ChallengeName
  /** Whether a user may choose it. A name that no user has is offered what its pool offers. */
  isOffered(person: Person): boolean
}

/** What a user may begin with in the choice flow, in the order in which it is listed. */
const firstFactors: FirstFactor[] = [
  { name: 'PASSWORD_SRP', isOffered: () => true },
  { name: 'PASSWORD', isOffered: () => true },
]

export function offeredFactors(person: Person): ChallengeName[] {
  return firstFactors.filter((factor) => factor.isOffered(person)).map(({ name }) => name)
}

export const isFirstFactor = (name: string): boolean => firstFactors.some((factor) => factor.name === name)
