import type { Context, Trx } from '../../context.ts'
import { messageKey } from '../../delivery/message.ts'
import { networkOf } from '../../lib/client-address.ts'
import { numericCode } from '../../lib/codes.ts'
import { sameBytes } from '../../lib/constant-time.ts'
import { CodeMismatch, LimitExceeded, TooManyRequests, WrongCredentials } from '../../model/errors.ts'
import { countedGuess } from '../attempts/lock-out.ts'
import { preventsUserExistenceErrors } from '../clients/client-rules.ts'
import { deleteMessage } from '../codes/simulated-code-store.ts'
import type { AddressAttribute } from '../factors/factor.ts'
import type { FirstFactor, ProofName, SecondFactor } from '../factors/index.ts'
import { codeDelivery, mediumOf, queueMessage } from '../messages/send.ts'
import { useQuota } from '../quotas/quota.ts'
import type { MaybeRequest } from '../sessions/caller.ts'
import { prepareMessage } from '../triggers/custom-message.ts'
import { changeAttributes } from '../users/change-attributes.ts'
import { simulatedAddress } from '../users/simulated-addresses.ts'
import { loginName, type User } from '../users/user.ts'
import { changeStatus } from '../users/user-store.ts'
import { offeredFactors } from './first-factors.ts'
import { requireEnabled } from './prove-password.ts'
import { sessionSeconds } from './session.ts'
import { invalidSession } from './session-errors.ts'
import type { Question, Remembered, SignIn, Verdict } from './sign-in.ts'

/** A factor whose codes are sent to an address of the user. */
export type MessageFactor = {
  name: FirstFactor | SecondFactor
  sendsTo: AddressAttribute
  proves: readonly ProofName[]
}

/** A code as the only factor is longer than one that follows a password. */
const digitsOf = (signIn: SignIn): number => (isFirst(signIn) ? 8 : 6)

export const isFirst = ({ state }: SignIn): boolean => !state.proven || state.firstAgain === true

export async function askForCode(ctx: Context, signIn: SignIn, factor: MessageFactor): Promise<Question> {
  const { pool, client, user, state } = signIn
  const hides = preventsUserExistenceErrors(client)
  if (user && !hides) requireEnabled(user)
  // For an unknown user, or one who may not sign in, the code only seems to be sent.
  const simulated = !user || (isFirst(signIn) && !user.enabled)
  const { sendsTo: attribute } = factor
  const to = simulated
    ? simulatedAddress(ctx, pool, state.username, [attribute]).value
    : (user.attributes[attribute] ?? '')
  await useMessageQuota(ctx, pool.id, to)

  const medium = mediumOf(attribute)
  const { clientMetadata } = signIn
  const occasion = { kind: 'Authentication' as const, mediums: [medium], clientId: client.id, clientMetadata }
  const plan = simulated ? undefined : await prepareMessage(ctx, pool, { ...occasion, user })
  const code = numericCode(digitsOf(signIn))
  const expiresAt = new Date(ctx.clock.now().getTime() + sessionSeconds(signIn, factor.name) * 1000)
  const { DeliveryMedium, Destination } = codeDelivery(attribute, to)
  return {
    parameters: { CODE_DELIVERY_DELIVERY_MEDIUM: DeliveryMedium!, CODE_DELIVERY_DESTINATION: Destination! },
    remember: { code: codeHash(ctx, signIn, code), to },
    async write(trx: Trx) {
      const message = { medium, to, code, username: user?.username ?? state.username, expiresAt, plan }
      const { id } = await queueMessage(trx, ctx, pool, { ...message, kind: 'Authentication', userId: user?.id })
      if (simulated) await deleteMessage(trx, messageKey(id))
      return undefined
    },
  }
}

/** The right code also verifies the address, and, as a first factor, confirms the account. */
export async function proveCode(
  ctx: Context,
  signIn: SignIn,
  factor: MessageFactor,
  input: string,
  remembered: Remembered,
): Promise<Verdict> {
  const { pool, user, state } = signIn
  const { sendsTo: attribute, proves } = factor
  const subject = user ? { id: user.id } : { unknownName: loginName(pool, state.username) }
  const right = await countedGuess(ctx, { poolId: pool.id, kind: 'mfa', subject }, async () => {
    const matches = sameBytes(Buffer.from(remembered.code!), Buffer.from(codeHash(ctx, signIn, input)))
    return matches && user !== undefined && (!isFirst(signIn) || user.enabled)
  })
  if (!right || !user)
    throw new CodeMismatch('Invalid code or auth state for the user.', { reason: 'factor-code-mismatch' })
  requireEnabled(user)
  // The address is no longer the user's, or the factor is no longer open to them.
  if (user.attributes[attribute] !== remembered.to) throw invalidSession()
  if (isFirst(signIn) && !offeredFactors(ctx, signIn).some((name) => name === factor.name)) throw invalidSession()
  return { proves: proves[0]!, ...proveAddress(ctx, signIn, user, attribute) }
}

function proveAddress(
  ctx: Context,
  signIn: SignIn,
  user: User,
  attribute: AddressAttribute,
): Pick<Verdict, 'user' | 'write'> {
  const { pool } = signIn
  const mark = `${attribute}_verified`
  const confirms = isFirst(signIn) && user.status === 'UNCONFIRMED'
  const verifies = user.attributes[mark] !== 'true'
  if (!confirms && !verifies) return {}
  const now = ctx.clock.now()
  return {
    user: {
      ...user,
      status: confirms ? 'CONFIRMED' : user.status,
      attributes: { ...user.attributes, [mark]: 'true' },
    },
    async write(trx) {
      // Like VerifyUserAttribute, this moves an alias to the user who proved it last; but an account can't be confirmed
      // by taking an alias from another user.
      let changed = verifies
        ? await changeAttributes(trx, pool, user, { [mark]: 'true' }, { now, force: !confirms })
        : user
      if (changed.attributes[attribute] !== user.attributes[attribute]) throw invalidSession()
      if (confirms) changed = (await changeStatus(trx, pool.id, user.id, 'UNCONFIRMED', 'CONFIRMED', now)) ?? changed
      return changed
    },
  }
}

/** @throws TooManyRequestsException: the sign-in operations declare no other limit */
async function useMessageQuota(ctx: MaybeRequest, poolId: string, to: string) {
  const subject = `${to} ${networkOf(ctx.clientAddress ?? '')}`
  await useQuota(ctx, { poolId, action: 'SignInCode', subject }).catch((error) => {
    throw error instanceof LimitExceeded ? new TooManyRequests(error.message, error) : error
  })
}

// Bound to its sign-in: a code is not valid in another session.
const codeHash = (ctx: Context, { id, pool }: SignIn, code: string): string =>
  ctx.keyring.mac('code-hash', pool.id, id, 'sign-in', code).toString('base64')

/** @throws NotAuthorizedException where too many codes were wrong, CodeMismatchException */
export async function countedCode(
  ctx: Context,
  { pool, user }: SignIn,
  judge: () => Promise<boolean>,
  text: string,
): Promise<void> {
  if (!user) throw new WrongCredentials()
  const right = await countedGuess(ctx, { poolId: pool.id, kind: 'mfa', subject: { id: user.id } }, judge)
  if (!right) throw new CodeMismatch(text)
}
