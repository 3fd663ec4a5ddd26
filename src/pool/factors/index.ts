import { emailOtp } from './email-otp.ts'
import type { AddressAttribute, Factor, FirstFactorFacts, SecondFactorFacts } from './factor.ts'
import { password, passwordSrp } from './password.ts'
import { smsMfa, smsOtp } from './sms.ts'
import { softwareTokenMfa } from './software-token-mfa.ts'
import { webAuthn } from './web-authn.ts'

const all = [passwordSrp, password, smsMfa, softwareTokenMfa, smsOtp, emailOtp, webAuthn] as const

type Any = (typeof all)[number]
type With<Fact> = Extract<Any, Fact>['name']

export type FirstFactor = With<{ first: FirstFactorFacts }>
export type SecondFactor = With<{ second: SecondFactorFacts }>
/** The `amr` values of the factors. */
export type ProofName = Any['proves'][number]

type Known<Name extends string, Facts = unknown> = Omit<Factor, 'name' | 'proves'> & {
  name: Name
  proves: readonly ProofName[]
} & Facts

export const factors: readonly Known<Any['name']>[] = all

export const firstFactors = factors
  .filter((factor): factor is Known<FirstFactor, { first: FirstFactorFacts }> => factor.first !== undefined)
  .toSorted((one, other) => one.first.rank - other.first.rank)

export const secondFactors = factors.filter(
  (factor): factor is Known<SecondFactor, { second: SecondFactorFacts }> => factor.second !== undefined,
)

/** The first factors whose codes go to an address of the user. */
export const codeFactors = firstFactors.filter(
  (factor): factor is typeof factor & { sendsTo: AddressAttribute } => factor.sendsTo !== undefined,
)

const firstByName = new Map<string, (typeof firstFactors)[number]>(firstFactors.map((factor) => [factor.name, factor]))
const secondByName = new Map<string, (typeof secondFactors)[number]>(
  secondFactors.map((factor) => [factor.name, factor]),
)

export const findFirstFactor = (name: string) => firstByName.get(name)
export const findSecondFactor = (name: string) => secondByName.get(name)

const byProof = new Map<string, (typeof factors)[number]>(
  factors.flatMap((factor) => factor.proves.map((proof) => [proof, factor] as const)),
)

const byName = new Map(factors.map((factor) => [factor.name, factor]))

/** What the factor proves; any of several, since they reach the same level. */
export const proofOf = (name: FirstFactor | SecondFactor): ProofName => byName.get(name)!.proves[0]!

/** A factor that proves this; all that do reach the same level. */
export const factorProving = (proof: string) => byProof.get(proof)

export const proofNames: readonly ProofName[] = [...new Set(factors.flatMap(({ proves }) => proves))]
