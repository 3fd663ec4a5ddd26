import type { Context } from '../../context.ts'
import type { AttemptOutcome } from '../../delivery/outbox-signals.ts'
import { makeUser, nameTaken } from '../accounts/make-user.ts'
import type { NewUser } from '../accounts/user-insertion-store.ts'
import type { Client } from '../clients/client.ts'
import { confirmOwner, expectedRevisions, type MaybeOwned } from '../clients/owner.ts'
import { mediumOf } from '../messages/send.ts'
import type { PreparedPassword } from '../passwords/password.ts'
import type { Pool } from '../pools/pool.ts'
import { prepareMessage } from '../triggers/custom-message.ts'
import { loginNamesOf } from '../users/login-names.ts'
import type { User } from '../users/user.ts'
import { insertAccount } from './account-store.ts'
import { confirmationAttribute, newSignUpCode, type Verifiable } from './sign-up-code.ts'

export interface NewAccount {
  client: Client
  /** The name as it was typed. */
  typed: string
  id: string
  username: string
  attributes: Record<string, string>
  /** The addresses that the pool's trigger declares verified, in place of a code. */
  verified: Record<string, string>
  confirmed: boolean
  password?: PreparedPassword
  clientMetadata?: Record<string, string>
}

export interface SentCode {
  attribute: Verifiable
  messageId: string
  /** Where this process attempts delivery at once. */
  attempt?: Promise<AttemptOutcome>
}

/** Creates the user, and sends the code that confirms the account, where the pool does that. */
export async function createAccount(
  ctx: MaybeOwned,
  pool: Pool,
  account: NewAccount,
): Promise<{ user: User; sent?: SentCode }> {
  const { client, id, username, confirmed, password } = account
  const attributes = { ...account.attributes, ...account.verified }
  const status = confirmed ? 'CONFIRMED' : 'UNCONFIRMED'
  const names = loginNamesOf(pool, { username, attributes })
  const newUser = { id, username, status, attributes, names, password } as const
  const attribute = confirmed ? undefined : confirmationAttribute(pool, attributes)
  const code = attribute && (await confirmationCode(ctx, pool, account, newUser, attribute))
  const message = code?.message.row
  const place =
    message && ctx.outbox.reserve({ poolId: pool.id, medium: message.medium, byFunction: message.by_function })
  const rows = code && { code: code.code, message: code.message.row, claim: place?.claim }

  const now = ctx.clock.now()
  const revisions = expectedRevisions(ctx)
  const expected = revisions && { clientId: client.id, ...revisions }
  try {
    const { user, taken } = await makeUser(ctx, pool, newUser, {
      now,
      // An address that the trigger declares verified moves to this user, even if another user could sign in with it.
      takesOver: (kind) => account.verified[`${kind}_verified`] !== undefined,
      insert: async (db, claimed) => {
        const insertion = await insertAccount(db, pool.id, claimed, rows, now, expected)
        confirmOwner(ctx, insertion.expected ? expected : undefined)
        return insertion
      },
    })
    if (!user) throw nameTaken(taken, 'User already exists')
    if (!code) return { user }
    const attempt = place?.attempt(code.message.row)
    if (!attempt) ctx.outbox.wake()
    return { user, sent: { attribute: attribute!, messageId: code.message.id, attempt } }
  } finally {
    place?.leave()
  }
}

/** The code that confirms the account, and the message that carries it. */
async function confirmationCode(
  ctx: Context,
  pool: Pool,
  { client, typed, clientMetadata }: NewAccount,
  user: NewUser,
  attribute: Verifiable,
) {
  const about = { kind: 'SignUp' as const, user, clientId: client.id, clientMetadata }
  const plan = await prepareMessage(ctx, pool, { ...about, mediums: [mediumOf(attribute)] })
  const value = user.attributes[attribute]!
  return newSignUpCode(ctx, pool, { ...about, userId: user.id, username: typed, attribute, value, plan })
}
