import type { EventFilterType } from '@aws-sdk/client-cognito-identity-provider'
import { isSameNetwork, isWithin } from '../../lib/address-ranges.ts'
import { uuidv4 } from '../../lib/ids.ts'
import type { Client } from '../clients/client.ts'
import { findSecondFactor } from '../factors/index.ts'
import type { Pool } from '../pools/pool.ts'
import type { MaybeRequest } from '../sessions/caller.ts'
import type { User } from '../users/user.ts'
import { changeStatus } from '../users/user-store.ts'
import { assess } from './assess.ts'
import type { AuthEvent, EventChallenge, EventContext, EventRisk } from './auth-event.ts'
import { signInHistory } from './auth-event-store.ts'
import { isCompromised } from './compromised.ts'
import { eventContext } from './event-context.ts'
import type { Action } from './notification-mail.ts'
import { notifyUser } from './notify-user.ts'
import { recordEvent } from './record-event.ts'
import { compromisedPassword, isUnsafe, unsafe, type Watched, type WatchedState } from './refuse-risk.ts'
import {
  actionFor,
  blocksCompromised,
  protectionOfFlow,
  type RiskLevel,
  type RiskSettings,
  riskSettings,
  watchesPasswords,
} from './risk-config.ts'
import { isImpossibleTravel } from './travel.ts'

/** What is read of a watched sign-in. */
interface SignInFacts {
  pool: Pool
  client: Client
  user?: User
  state: WatchedState & { flow: string }
}

interface Answer {
  /** By its wire name. */
  challenge?: string
  /** Where it was sent in plain text. */
  password?: string
  /** The one that will replace a temporary password. */
  newPassword?: string
}

/**
 * One step of a sign-in, assessed and recorded where the pool has threat protection. Elsewhere it costs nothing.
 *
 *   blocked address ─▶ refused at once        skipped address ─▶ recorded, not assessed
 *   else: level ─▶ the pool's action for it ─▶ refused or asked for more once the first factor is proven
 */
export async function watchSignIn<SignIn extends SignInFacts, Step extends { kind: 'challenge' | 'done' }>(
  ctx: MaybeRequest,
  signIn: SignIn,
  answer: Answer,
  run: (signIn: SignIn) => Promise<Step>,
): Promise<Step> {
  const { pool, client, user, state } = signIn
  const mode = protectionOfFlow(pool, state.flow)
  if (mode === 'OFF') return run(signIn)

  const enforced = mode === 'ENFORCED'
  const settings = await riskSettings(ctx, pool, client.id)
  const { blocked, skipped } = addressExceptions(settings, ctx.clientAddress)
  const compromised = await usesCompromised(ctx, settings, answer)
  const findings = {
    settings,
    enforced,
    isExempt: blocked || skipped,
    blocksAddress: blocked && enforced,
    compromised,
    blocksPassword: compromised && enforced && blocksCompromised(settings),
  }
  if (user) return watchUser(ctx, { ...signIn, user }, findings, answer, run)
  if (findings.blocksAddress) throw unsafe()
  return run(signIn)
}

interface Findings {
  settings: RiskSettings
  enforced: boolean
  /** The pool's lists of addresses decide, so no level is assessed. */
  isExempt: boolean
  blocksAddress: boolean
  /** The password is compromised. */
  compromised: boolean
  blocksPassword: boolean
}

async function watchUser<SignIn extends SignInFacts & { user: User }, Step extends { kind: 'challenge' | 'done' }>(
  ctx: MaybeRequest,
  signIn: SignIn,
  findings: Findings,
  answer: Answer,
  run: (signIn: SignIn) => Promise<Step>,
): Promise<Step> {
  const { pool, client, user, state } = signIn
  const context = await eventContext(ctx)
  const begun = state.watched
  const { settings, enforced, isExempt, compromised } = findings
  const level = begun || isExempt ? undefined : await levelOf(ctx, user, context)
  const watched = begun ?? newlyWatched(settings, level, enforced)
  if (findings.blocksPassword && answer.newPassword === undefined) watched.refuse ??= 'compromised'
  const record: RecordAnswer = (response, result, refused = false) =>
    recordEvent(ctx, pool, user, {
      id: watched.eventId,
      clientId: client.id,
      kind: 'SignIn',
      response,
      challenges: challengesOf(answer.challenge, result),
      risk: riskOf({ begun, level, compromised, refused, watched }),
      context,
      createdAt: ctx.clock.now(),
    })
  const notify: NotifyOfAction = async (action) => {
    const { eventId } = watched
    if (watched.notify) await notifyUser(ctx, settings, { pool, clientId: client.id, user, action, eventId, context })
  }

  const refusal = immediateRefusal(findings, answer)
  if (refusal) {
    await record('Fail', 'Failure', true)
    throw refusal
  }
  try {
    const step = await run({ ...signIn, state: { ...state, watched } })
    await record(step.kind === 'done' ? 'Pass' : 'InProgress', 'Success')
    if (provesFirstFactor(state, answer, step)) await notify(watched.mfa ? `MFA_${watched.mfa}` : 'NO_ACTION')
    return step.kind === 'done' ? { ...step, eventId: watched.eventId } : step
  } catch (error) {
    if (isUnsafe(error)) await recordRefusal(ctx, user, watched, { record, notify })
    else await record('Fail', 'Failure')
    throw error
  }
}

type RecordAnswer = (
  response: AuthEvent['response'],
  result: EventChallenge['ChallengeResponse'],
  refused?: boolean,
) => Promise<void>
type NotifyOfAction = (action: Action) => Promise<void>

const provesFirstFactor = ({ proven }: WatchedState, { challenge }: Answer, step: { kind: 'challenge' | 'done' }) =>
  !proven && (step.kind === 'done' || isPassword(challenge))

/** Refusals before the answer is looked at. A compromised password is refused once it has proven right. */
function immediateRefusal({ blocksAddress, blocksPassword }: Findings, { newPassword }: Answer): Error | undefined {
  if (blocksAddress) return unsafe()
  return blocksPassword && newPassword !== undefined ? compromisedPassword() : undefined
}

/** The answer was right, and the risk ends the sign-in. */
async function recordRefusal(
  ctx: MaybeRequest,
  { poolId, id, status }: User,
  { refuse }: Watched,
  { record, notify }: { record: RecordAnswer; notify: NotifyOfAction },
): Promise<void> {
  // SRP doesn't show the password, so the state of the account has to refuse it there.
  if (refuse === 'compromised') await changeStatus(ctx.db, poolId, id, status, 'RESET_REQUIRED', ctx.clock.now())
  await record('Fail', 'Success', true)
  await notify('BLOCK')
}

function addressExceptions({ RiskExceptionConfiguration }: RiskSettings, address: string | undefined) {
  const { BlockedIPRangeList, SkippedIPRangeList } = RiskExceptionConfiguration ?? {}
  return { blocked: isWithin(BlockedIPRangeList, address), skipped: isWithin(SkippedIPRangeList, address) }
}

async function usesCompromised(ctx: MaybeRequest, settings: RiskSettings, answer: Answer): Promise<boolean> {
  return (
    (await findsCompromised(ctx, settings, 'SIGN_IN', answer.password)) ||
    (await findsCompromised(ctx, settings, 'PASSWORD_CHANGE', answer.newPassword))
  )
}

async function levelOf(ctx: MaybeRequest, user: User, context: EventContext): Promise<RiskLevel | undefined> {
  const { address } = context
  if (!address) return undefined
  const now = ctx.clock.now()
  const history = await signInHistory(ctx.db, { poolId: user.poolId, userId: user.id }, context, now)
  const { addresses, lastAddress, lastAt } = history
  const last = lastAddress !== null && lastAt !== null ? { address: lastAddress, at: lastAt } : undefined
  return assess({
    ...history,
    knownAddress: addresses.some((known) => isSameNetwork(known, address)),
    impossibleTravel: last !== undefined && (await isImpossibleTravel(ctx, last, { address, at: now })),
  })
}

function newlyWatched(settings: RiskSettings, level: RiskLevel | undefined, enforced: boolean): Watched {
  const { EventAction, Notify } = actionFor(settings, level)
  return {
    eventId: uuidv4(),
    ...(enforced && EventAction === 'BLOCK' && { refuse: 'risk' as const }),
    ...(enforced && EventAction === 'MFA_IF_CONFIGURED' && { mfa: 'IF_CONFIGURED' as const }),
    ...(enforced && EventAction === 'MFA_REQUIRED' && { mfa: 'REQUIRED' as const }),
    ...(enforced && Notify && { notify: true }),
  }
}

async function findsCompromised(
  ctx: MaybeRequest,
  settings: RiskSettings,
  event: EventFilterType,
  password: string | undefined,
) {
  if (password === undefined || !watchesPasswords(settings, event)) return false
  return isCompromised(ctx, password)
}

/** Undefined where a later step has found nothing new. */
function riskOf(found: {
  begun?: Watched
  level?: RiskLevel
  compromised: boolean
  refused: boolean
  watched: Watched
}): EventRisk | undefined {
  const { begun, level, compromised, refused, watched } = found
  if (begun && !compromised && !refused) return undefined
  // Any level is a risk, whatever action is set for it.
  const risky = level !== undefined || watched.mfa !== undefined
  return { decision: refused ? 'Block' : risky ? 'AccountTakeover' : 'NoRisk', level, compromised }
}

const passwordChallenges = new Set(['PASSWORD', 'PASSWORD_VERIFIER'])
const isPassword = (name: string | undefined) => name !== undefined && passwordChallenges.has(name)

function challengesOf(
  name: string | undefined,
  ChallengeResponse: EventChallenge['ChallengeResponse'],
): EventChallenge[] {
  if (isPassword(name)) return [{ ChallengeName: 'Password', ChallengeResponse }]
  if (name && findSecondFactor(name)) return [{ ChallengeName: 'Mfa', ChallengeResponse }]
  return []
}
