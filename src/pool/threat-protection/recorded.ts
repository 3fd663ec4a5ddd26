import type { EventFilterType, UserContextDataType } from '@aws-sdk/client-cognito-identity-provider'
import type { RequestContext } from '../../context.ts'
import { isWithin } from '../../lib/address-ranges.ts'
import { uuidv4 } from '../../lib/ids.ts'
import { InvalidPassword, NotAuthorized } from '../../model/errors.ts'
import { type Client, findClient } from '../clients/client.ts'
import type { Handlers, OperationName } from '../handler.ts'
import type { Pool } from '../pools/pool.ts'
import { protectionOf } from '../pools/protection.ts'
import { requireAccessToken } from '../tokens/require-access-token.ts'
import { findUser, type User } from '../users/user.ts'
import { findUserById } from '../users/user-store.ts'
import type { EventKind, EventResponse } from './auth-event.ts'
import { isCompromised } from './compromised.ts'
import { eventContext, seenByApp } from './event-context.ts'
import { recordEvent } from './record-event.ts'
import { blocksCompromised, riskSettings, watchesPasswords } from './risk-config.ts'

interface Recorded {
  kind: EventKind
  /** What a right answer means: some calls only begin something. */
  passed: EventResponse
  /** The password that is set, and as what compromised ones are looked for in it. */
  sets?: { member: 'Password' | 'ProposedPassword'; event: EventFilterType }
}

const events: Partial<Record<OperationName, Recorded>> = {
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

interface Given {
  ClientId?: string
  AccessToken?: string
  Username?: string
  Password?: string
  ProposedPassword?: string
  UserContextData?: UserContextDataType
}

type Run = (input: Given, ctx: RequestContext) => Promise<{ UserSub?: string }>

/** The operations, those of them watched that threat protection looks at. Sign-ins are watched where they are made. */
export function recorded(handlers: Handlers): Handlers {
  const watched = Object.entries(events).flatMap(([name, event]) => {
    const run = handlers[name as OperationName] as Run | undefined
    return run ? [[name, watch(run, event)]] : []
  })
  return { ...handlers, ...Object.fromEntries(watched) }
}

function watch(run: Run, event: Recorded): Run {
  return async (input, ctx) => {
    const asked = await ownerOf(ctx, input)
    if (!asked) return run(input, ctx)
    const { pool, client } = asked
    const known = { ...ctx, owner: { pool, client } }
    if (protectionOf(pool) === 'OFF') return run(input, known)
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
      asked.user ??
      (input.Username && event.kind !== 'SignUp' ? await findUser(ctx.db, pool, input.Username) : undefined)
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

/** Whose operation it is; undefined where that is for the operation to refuse. */
async function ownerOf(
  ctx: RequestContext,
  { ClientId, AccessToken }: Given,
): Promise<{ pool: Pool; client: Client; user?: User } | undefined> {
  if (ClientId) return findClient(ctx, ClientId)
  const clientId = AccessToken && clientNamedBy(AccessToken)
  const found = clientId ? await findClient(ctx, clientId) : undefined
  if (!found || protectionOf(found.pool) === 'OFF') return found
  return requireAccessToken(ctx, AccessToken)
}

/** Only to find out whether anything is to be recorded: whether the token is one is asked after that. */
function clientNamedBy(token: string): string | undefined {
  try {
    const { client_id } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    return typeof client_id === 'string' ? client_id : undefined
  } catch {
    return undefined
  }
}

/** @throws InvalidPasswordException, NotAuthorizedException for a blocked address */
async function checkPassword(
  ctx: RequestContext,
  pool: Pool,
  client: Client,
  input: Given,
  { sets }: Recorded,
): Promise<boolean> {
  const enforced = protectionOf(pool) === 'ENFORCED'
  const settings = await riskSettings(ctx, pool, client.id)
  const blocked = isWithin(settings.RiskExceptionConfiguration?.BlockedIPRangeList, ctx.clientAddress)
  if (blocked && enforced) throw new NotAuthorized('Unable to proceed because of security reasons.', { reason: 'risk' })
  const password = sets && input[sets.member]
  if (!password || !watchesPasswords(settings, sets.event) || !(await isCompromised(ctx, password))) return false
  if (enforced && blocksCompromised(settings))
    throw new InvalidPassword('Provided password cannot be used for security reasons.', {
      reason: 'password-compromised',
    })
  return true
}
