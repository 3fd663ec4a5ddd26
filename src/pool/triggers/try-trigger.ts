import { isDeepStrictEqual } from 'node:util'
import type { Context } from '../../context.ts'
import { InvalidParameter, ServiceError, UnexpectedLambda, UserLambdaValidation } from '../../model/errors.ts'
import type { TestedTrigger } from '../../model/poolhouse-operations.ts'
import { clientCredentialsSource, triggerSources } from '../../model/trigger-sources.ts'
import { encryptCode } from '../../triggers/encrypt-code.ts'
import type { Outcome } from '../../triggers/runner.ts'
import type { Client } from '../clients/client.ts'
import type { Medium } from '../messages/code-delivery.ts'
import type { MessageKind, MessageTexts } from '../messages/texts.ts'
import type { Pool } from '../pools/pool.ts'
import { createAuthChallenge, defineAuthChallenge, verifyAuthChallengeResponse } from './auth-challenges.ts'
import { customMessage, type MessageOccasion } from './custom-message.ts'
import { customSender } from './custom-sender.ts'
import { inboundFederation } from './inbound-federation.ts'
import { postAuthentication } from './post-authentication.ts'
import { postConfirmation } from './post-confirmation.ts'
import { preAuthentication } from './pre-authentication.ts'
import { preSignUp } from './pre-sign-up.ts'
import { preClientTokenGeneration, preTokenGeneration } from './pre-token-generation.ts'
import { isRecord } from './response.ts'
import { userMigration } from './user-migration.ts'

/** How a function did with a sample event. */
export interface Trial {
  arn: string
  event: object
  outcome: Outcome
  /** What the caller of the operation would have got. */
  refusal?: ServiceError
  milliseconds: number
}

/** Members of an event that others take the place of. */
type Change = Record<string, unknown>

/**
 * Runs the pool's function as the operation would, with a user who does not exist: the code that makes the event and
 * judges the answer is the same. Nothing is done with what the function says.
 * @throws InvalidParameterException where the pool has no such function, or the change does not fit its event
 */
export async function tryTrigger(ctx: Context, pool: Pool, trigger: TestedTrigger, change: Change): Promise<Trial> {
  const { source = triggerSources[trigger][0], run } = sampleOf(trigger, change)
  let trial: Trial | undefined
  const call = async (arn: string, sample: object, limit: number): Promise<Outcome> => {
    const event = changed(sample as Record<string, unknown>, change)
    const started = performance.now()
    const outcome = await ctx.triggers.tryOut(arn, event, limit)
    trial = { arn, event, outcome, milliseconds: performance.now() - started }
    return outcome
  }
  try {
    await run({ ...ctx, triggers: { ...ctx.triggers, call } }, pool, source!)
  } catch (error) {
    if (!trial || !(error instanceof ServiceError)) throw error
    return { ...trial, refusal: error }
  }
  if (!trial) throw new InvalidParameter(`The pool has no function for ${trigger}${aboutSource(source!)}.`)
  return trial
}

/** What the pool's function says of a message, tried as above; nothing where the pool has none. @throws what triggers throw */
export async function textsOfFunction(
  ctx: Context,
  pool: Pool,
  kind: MessageKind,
  medium: Medium,
): Promise<MessageTexts | undefined> {
  const triggers = { ...ctx.triggers, call: ctx.triggers.tryOut }
  return customMessage({ ...ctx, triggers }, pool, occasionOf(pool, `CustomMessage_${kind}`, medium), [medium])
}

const aboutSource = (source: string) =>
  source === clientCredentialsSource ? ' with version V3_0, which alone is asked about the tokens of machines' : ''

/** Those that the change may not touch: a function that serves several pools takes the event's word for which it is. */
const changeable = new Set(['userName', 'triggerSource', 'callerContext', 'request'])

function changed(sample: Record<string, unknown>, change: Change): object {
  for (const [name, value] of Object.entries(change))
    if (!changeable.has(name) && !isDeepStrictEqual(value, plain(sample[name])))
      throw new InvalidParameter(`Event can't change ${name}; it may have ${[...changeable].join(', ')}.`)
  return plain(merged(sample, change)) as object
}

/** As the function gets it, without what is undefined. */
function plain(value: unknown): unknown {
  if (value === undefined) return undefined
  try {
    return JSON.parse(JSON.stringify(value))
  } catch {
    throw new InvalidParameter('Event is nested too deeply.')
  }
}

function merged(sample: Record<string, unknown>, change: Change): Record<string, unknown> {
  const members = Object.entries(change).map(([name, value]) => {
    const before = Object.hasOwn(sample, name) ? sample[name] : undefined
    return [name, isRecord(before) && isRecord(value) ? merged(before, value) : value]
  })
  return { ...sample, ...Object.fromEntries(members) }
}

type Run = (ctx: Context, pool: Pool, source: string) => Promise<unknown>

function sampleOf(trigger: TestedTrigger, { triggerSource }: Change): { source?: string; run: Run } {
  if (triggerSource === undefined) return { run: samples[trigger] }
  const source = triggerSources[trigger].find((known) => known === triggerSource)
  if (source === undefined)
    throw new InvalidParameter(`triggerSource of ${trigger} must be one of ${triggerSources[trigger].join(', ')}.`)
  return { source, run: samples[trigger] }
}

const userName = 'sample-user'
const attributes = {
  email: 'sample-user@example.com',
  email_verified: 'true',
  name: 'Sample User',
  phone_number: '+15555550100',
}
const sampleUser = {
  id: '00000000-0000-4000-8000-000000000000',
  username: userName,
  status: 'CONFIRMED' as const,
  enabled: true,
  attributes,
  tokensValidFrom: null,
  createdAt: new Date(0),
  updatedAt: new Date(0),
}

const clientOf = ({ id }: Pool): Client => ({
  poolId: id,
  id: 'sampleclient',
  name: 'sample client',
  revision: 1,
  settings: {},
  needsConsent: false,
  secrets: [],
  createdAt: new Date(0),
  updatedAt: new Date(0),
})

const sampleOwner = (pool: Pool) => ({ pool, client: clientOf(pool), user: { ...sampleUser, poolId: pool.id } })
const sampleGroups = { groups: ['sample-group'], roles: [], preferredRole: null }
const scopes = ['openid', 'email']

const samples: Record<TestedTrigger, Run> = {
  PreSignUp: (ctx, pool, source) =>
    preSignUp(ctx, pool, {
      source: source as 'PreSignUp_SignUp',
      userName,
      clientId: source === 'PreSignUp_AdminCreateUser' ? undefined : clientOf(pool).id,
      attributes: { email: attributes.email, name: attributes.name },
    }),
  PostConfirmation: (ctx, pool, source) => {
    const { client, user } = sampleOwner(pool)
    return postConfirmation(ctx, pool, {
      source: source as 'PostConfirmation_ConfirmSignUp',
      user,
      clientId: client.id,
    })
  },
  PreAuthentication: (ctx, pool) => preAuthentication(ctx, { ...sampleOwner(pool), typed: userName }, undefined),
  PostAuthentication: (ctx, pool) => postAuthentication(ctx, sampleOwner(pool)),
  DefineAuthChallenge: (ctx, pool) =>
    defineAuthChallenge(ctx, { ...sampleOwner(pool), typed: userName }, [], undefined),
  CreateAuthChallenge: (ctx, pool) =>
    createAuthChallenge(ctx, { ...sampleOwner(pool), typed: userName }, [], undefined),
  VerifyAuthChallengeResponse: (ctx, pool) =>
    verifyAuthChallengeResponse(
      ctx,
      { ...sampleOwner(pool), typed: userName },
      { privateParameters: { answer: 'sample' }, answer: 'sample' },
      undefined,
    ),
  UserMigration: (ctx, pool, source) =>
    userMigration(ctx, {
      source: source as 'UserMigration_Authentication',
      pool,
      client: clientOf(pool),
      typed: userName,
      password: source === 'UserMigration_Authentication' ? 'Sample-Password-1' : undefined,
    }),
  PreTokenGeneration: (ctx, pool, source) =>
    source === clientCredentialsSource
      ? preClientTokenGeneration(ctx, { pool, client: clientOf(pool), scopes: ['sample/read'] })
      : preTokenGeneration(ctx, { source, ...sampleOwner(pool), groups: sampleGroups, scopes }),
  CustomMessage(ctx, pool, source) {
    const occasion = occasionOf(pool, source, 'EMAIL')
    return customMessage(ctx, pool, occasion, ['EMAIL', 'SMS'])
  },
  InboundFederation: (ctx, pool) =>
    inboundFederation(ctx, pool, {
      userName: 'SampleProvider_1234567890',
      clientId: clientOf(pool).id,
      providerName: 'SampleProvider',
      providerType: 'OIDC',
      attributes: {
        tokenResponse: { access_token: 'sample', token_type: 'Bearer' },
        idToken: { sub: '1234567890', email: attributes.email },
        userInfo: { sub: '1234567890', email: attributes.email, name: attributes.name },
      },
    }),
  CustomEmailSender: (ctx, pool, source) => trySender(ctx, pool, source, 'EMAIL'),
  CustomSMSSender: (ctx, pool, source) => trySender(ctx, pool, source, 'SMS'),
}

function occasionOf(pool: Pool, source: string, medium: Medium): MessageOccasion {
  const { client, user } = sampleOwner(pool)
  const kind = source.slice(source.indexOf('_') + 1) as MessageKind
  return { kind, mediums: [medium], user, clientId: kind === 'AdminCreateUser' ? undefined : client.id }
}

/** In production no user waits for a sender function; here the caller does. */
const senderLimit = 10_000

/** The outbox would try again what fails; here it is said. */
async function trySender(ctx: Context, pool: Pool, source: string, medium: Medium): Promise<void> {
  const sender = customSender(ctx, pool, medium, occasionOf(pool, source, medium))
  if (!sender) return
  const { arn, kmsKeyId, event } = sender
  const name = source.slice(0, source.indexOf('_'))
  const code = await encryptCode(ctx.config, kmsKeyId, '123456').catch(() => undefined)
  if (code === undefined)
    throw new InvalidParameter(
      `A code can't be encrypted with ${kmsKeyId} (POOLHOUSE_SENDER_KEYS, POOLHOUSE_KMS_ENDPOINT).`,
    )
  const outcome = await ctx.triggers.call(arn, { ...event, request: { ...event.request, code } }, senderLimit)
  if (outcome.kind === 'threw') throw new UserLambdaValidation(`${name} failed with error ${outcome.message}.`)
  if (outcome.kind === 'failed') throw new UnexpectedLambda(`${name} invocation failed due to error ${outcome.error}`)
}
