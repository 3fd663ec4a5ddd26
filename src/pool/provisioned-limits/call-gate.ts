import { hash } from 'node:crypto'
import type { Context } from '../../context.ts'
import { Lru } from '../../lib/lru.ts'
import { TooManyRequests } from '../../model/errors.ts'
import type { RateCategory } from '../../model/limits.ts'
import type { OperationName } from '../handler.ts'
import { type Bucket, takeOne } from './bucket.ts'
import { categoryOf } from './categories.ts'
import { challengeAnswers } from './rate-gate.ts'

/** Counts a call for the user of its access token. @throws TooManyRequestsException */
export type CountUser = (userId: string) => void

/** @throws TooManyRequestsException */
export type CallGate = (operation: OperationName, input: object) => CountUser | undefined

/** The rate of these categories is per operation and pool. */
const countedByPool = new Set<RateCategory>([
  'UserPoolResourceRead',
  'UserPoolResourceUpdate',
  'UserPoolClientRead',
  'UserPoolClientUpdate',
])

const answers = new Set<OperationName>(['AdminRespondToAuthChallenge', 'RespondToAuthChallenge'])
const reads = new Set<RateCategory>(['UserAuthentication', 'UserRead', 'UserResourceRead', 'UserToken'])
const writes = new Set<RateCategory>(['UserCreation', 'UserAccountRecovery', 'UserUpdate', 'UserResourceUpdate'])

/** The max number of counters: more than the users or pools that are called within a second. */
const capacity = 20_000

/**
 * Counts a call in its category and, if the installation is strict, for its pool and its user. The user is the name in
 * the call, or the one in the access token once that is verified, since anybody could write a user's id into a forged
 * token.
 */
export function createCallGate(
  { admit, config, limits }: Pick<Context, 'admit' | 'config' | 'limits'>,
  now: () => number = () => performance.now(),
): CallGate {
  const buckets = new Lru<string, Bucket>(capacity)
  const count = (key: string, rate: number) => {
    if (!takeOne(buckets, hash('sha256', key, 'base64'), rate, now())) throw new TooManyRequests()
  }

  return (operation, received) => {
    const input = received as CountedInput
    const { category, counter } = countedAs(operation, input)
    admit(category, counter)
    if (!config.strict || !category) return undefined

    const pool = poolIn(input)
    if (pool !== undefined && countedByPool.has(category)) count(`pool ${operation} ${pool}`, limits.poolCallsPerSecond)

    const kind = kindOf(category)
    if (!kind) return undefined
    const rate = kind === 'reads' ? limits.userReadsPerSecond : limits.userWritesPerSecond
    const name = usernameIn(input)
    if (name !== undefined) count(`name ${kind} ${input.UserPoolId ?? input.ClientId} ${name}`, rate)
    return (userId) => count(`user ${kind} ${userId}`, rate)
  }
}

/** The category of a call, and the counter in it. A new password is a matter of account recovery. */
function countedAs(operation: OperationName, { ChallengeName }: CountedInput) {
  if (ChallengeName === 'NEW_PASSWORD_REQUIRED') return { category: 'UserAccountRecovery' as const }
  return { category: categoryOf(operation), counter: answers.has(operation) ? challengeAnswers : undefined }
}

/** Whether a call reads or writes its user. */
function kindOf(category: RateCategory): 'reads' | 'writes' | undefined {
  if (reads.has(category)) return 'reads'
  return writes.has(category) ? 'writes' : undefined
}

const poolIn = ({ UserPoolId, ResourceArn, Domain }: CountedInput): string | undefined =>
  UserPoolId ?? ResourceArn ?? Domain

const usernameIn = ({ Username, AuthParameters, ChallengeResponses }: CountedInput): string | undefined =>
  Username ?? AuthParameters?.USERNAME ?? ChallengeResponses?.USERNAME

/** The members that name a pool or a user, in any of the operations. */
interface CountedInput {
  UserPoolId?: string
  ClientId?: string
  ResourceArn?: string
  Domain?: string
  Username?: string
  ChallengeName?: string
  AuthParameters?: Record<string, string>
  ChallengeResponses?: Record<string, string>
}
