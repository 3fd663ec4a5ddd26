import type { EventFilterType, UserContextDataType } from '@aws-sdk/client-cognito-identity-provider'
import type { RequestContext } from '../../context.ts'
import { isWithin } from '../../lib/address-ranges.ts'
import { uuidv4 } from '../../lib/ids.ts'
import { NotAuthorized } from '../../model/errors.ts'
import { assumeClient, type Client, requireClient } from '../clients/client.ts'
import type { Owner } from '../clients/owner.ts'
import type { Handlers, OperationName } from '../handler.ts'
import type { Pool } from '../pools/pool.ts'
import { protectionOf } from '../pools/protection.ts'
import { type KnownBearer, requireAccessToken } from '../tokens/require-access-token.ts'
import { findUser, type User } from '../users/user.ts'
import { findUserById } from '../users/user-store.ts'
import type { EventKind, EventResponse } from './auth-event.ts'
import { isCompromised } from './compromised.ts'
import { eventContext, seenByApp } from './event-context.ts'
import { recordEvent } from './record-event.ts'
import { compromisedPassword } from './refuse-risk.ts'
import { blocksCompromised, riskSettings, watchesPasswords } from './risk-config.ts'

interface OperationEvent {
  kind: EventKind
  /** The outcome of a right answer: some calls only begin something. */
  passed: EventResponse
  /** The member with the new password, and the event under which it is checked. */
  sets?: { member: 'Password' | 'ProposedPassword'; event: EventFilterType }
}

const events: Partial<Record<OperationName, OperationEvent>> = {
  SignUp: { kind: 'SignUp', passed: 'Pass', sets: { member: 'Password', event: 'SIGN_UP' } },
  ResendConfirmationCode: { kind: 'ResendCode', passed: 'Pass' },
  ForgotPassword: { kind: 'ForgotPassword', passed: 'InProgress' },
  ConfirmForgotPassword: {
    kind: 'ForgotPassword',
    passed: 'Pass',
    sets: { member: 'Password', event: 'PASSWORD_CHANGE' },
  },
  ChangePassword: {
    kind: 'PasswordChange',
    passed: 'Pass',
    sets: { member: 'ProposedPassword', event: 'PASSWORD_CHANGE' },
  },
}

interface OperationInput {
  ClientId?: string
  AccessToken?: string
  Username?: string
  Password?: string
  ProposedPassword?: string
  UserContextData?: UserContextDataType
}

type Run = (input: OperationInput, ctx: RequestContext) => Promise<{ UserSub?: string }>

/** The operations, with threat protection around those that it watches. Sign-ins are watched by `watchSignIn`. */
export function recordOperations(handlers: Handlers): Handlers {
  const watched = Object.entries(events).flatMap(([name, event]) => {
    const run = handlers[name as OperationName] as Run | undefined
    return run ? [[name, watch(run, event)]] : []
  })
  return { ...handlers, ...Object.fromEntries(watched) }
}

function watch(run: Run, event: OperationEvent): Run {
  return async (input, ctx) => {
    const { known, pool, client, caller } = await identify(ctx, input)
    if (protectionOf(pool) === 'OFF') return run(input, known)
    // The next steps leave marks before the operation itself does.
    await requireClient(known, client.id)
    const seen = seenByApp(ctx, client, input.UserContextData)
    const context = await eventContext(seen)
    const compromised = await checkPassword(seen, pool, client, input, event).catch((refused) => ({ refused }))

    const record = async (response: EventResponse, user: User | undefined, decision: 'NoRisk' | 'Block' = 'NoRisk') => {
      if (!user) return
      await recordEvent(seen, pool, user, {
        id: uuidv4(),
        clientId: client.id,
        kind: event.kind,
        response,
        challenges: [],
        risk: { decision, compromised: compromised !== false },
        context,
        createdAt: ctx.clock.now(),
      })
    }
    const named =
      caller ?? (input.Username && event.kind !== 'SignUp' ? await findUser(ctx.db, pool, input.Username) : undefined)
    if (typeof compromised === 'object') {
      await record('Fail', named, 'Block')
      throw compromised.refused
    }
    try {
      const answer = await run(input, known)
      const made = answer.UserSub ? await findUserById(ctx.db, pool.id, answer.UserSub) : undefined
      await record(event.passed, named ?? made)
      return answer
    } catch (error) {
      await record('Fail', named)
      throw error
    }
  }
}

/**
 * The user of the operation, and a context in which it need not be read again. @throws as the operation, for an unknown
 * client or an invalid token
 */
async function identify(
  ctx: RequestContext,
  { ClientId, AccessToken }: OperationInput,
): Promise<Owner & { known: RequestContext; caller?: User }> {
  if (ClientId) {
    const owner = await assumeClient(ctx, ClientId)
    return { ...owner, known: ctx.owner ? ctx : { ...ctx, owner: { ...owner, state: 'confirmed' } } }
  }
  const bearer = await requireAccessToken(ctx, AccessToken)
  const { pool, client, user } = bearer
  const owner = { pool, client, state: 'confirmed' } as const
  const known: KnownBearer = { ...bearer, token: AccessToken! }
  return { pool, client, caller: user, known: { ...ctx, owner, bearer: known } }
}

/** @throws InvalidPasswordException, NotAuthorizedException for a blocked address */
async function checkPassword(
  ctx: RequestContext,
  pool: Pool,
  client: Client,
  input: OperationInput,
  { sets }: OperationEvent,
): Promise<boolean> {
  const enforced = protectionOf(pool) === 'ENFORCED'
  const settings = await riskSettings(ctx, pool, client.id)
  const blocked = isWithin(settings.RiskExceptionConfiguration?.BlockedIPRangeList, ctx.clientAddress)
  if (blocked && enforced) throw new NotAuthorized('Unable to proceed because of security reasons.', { reason: 'risk' })
  const password = sets && input[sets.member]
  if (!password || !watchesPasswords(settings, sets.event) || !(await isCompromised(ctx, password))) return false
  if (enforced && blocksCompromised(settings)) throw compromisedPassword()
  return true
}
