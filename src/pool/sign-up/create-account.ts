import type { Context } from '../../context.ts'
import type { AttemptOutcome } from '../../delivery/outbox-signals.ts'
import { AliasExists, UsernameExists } from '../../model/errors.ts'
import { type Insertion, insertUser } from '../accounts/user-insertion-store.ts'
import type { Client, RememberedOwner } from '../clients/client.ts'
import { mediumOf } from '../messages/send.ts'
import type { PreparedPassword } from '../passwords/password.ts'
import type { Pool } from '../pools/pool.ts'
import { prepareMessage } from '../triggers/custom-message.ts'
import { claimLoginNames, factsOfTaken, type LoginName, loginNamesOf } from '../users/login-names.ts'
import type { User } from '../users/user.ts'
import { insertAccount } from './account-store.ts'
import { confirmationAttribute, newSignUpCode, queueSignUpCode, type Verifiable } from './sign-up-code.ts'

export interface NewAccount {
  client: Client
  /** Where pool and client are only remembered: told, before anything is written, whether they are current. */
  confirm: RememberedOwner['confirm']
  /** The name as it was typed. */
  typed: string
  id: string
  username: string
  attributes: Record<string, string>
  /** What the pool's function verifies, in the place of a code. */
  verified: Record<string, string>
  confirmed: boolean
  password?: PreparedPassword
  clientMetadata?: Record<string, string>
}

export interface SentCode {
  attribute: Verifiable
  messageId: string
  /** Where this process attempts it at once. */
  attempt?: Promise<AttemptOutcome>
}

/** The user, and the code that confirms the account on its way, where the pool sends one. */
export async function createAccount(
  ctx: Context,
  pool: Pool,
  account: NewAccount,
): Promise<{ user: User; sent?: SentCode }> {
  const { client, confirm, typed, id, username, confirmed, password, clientMetadata } = account
  const attributes = { ...account.attributes, ...account.verified }
  const status = confirmed ? 'CONFIRMED' : 'UNCONFIRMED'
  const all = loginNamesOf(pool, { username, attributes })
  // An address that the function verifies is this user's from now on, whoever signed in with it before.
  const moved = all.filter(({ kind }) => isAlias(pool, kind) && account.verified[`${kind}_verified`])
  const names = all.filter((name) => !moved.includes(name))
  const newUser = { id, username, status, attributes, names, password } as const
  const now = ctx.clock.now()
  const owner = confirm && { clientId: client.id, pool: pool.revision, client: client.revision }
  const inserted = (insertion: Insertion) => {
    confirm?.(insertion.expected ? owner : undefined)
    return requireInserted(insertion)
  }

  const attribute = confirmed ? undefined : confirmationAttribute(pool, attributes)
  if (!attribute && moved.length === 0)
    return { user: inserted(await insertUser(ctx.db, pool.id, newUser, now, owner)) }

  const about = { kind: 'SignUp' as const, user: newUser, clientId: client.id, clientMetadata }
  const plan = attribute && (await prepareMessage(ctx, pool, { ...about, mediums: [mediumOf(attribute)] }))
  const code = attribute && {
    kind: 'SignUp' as const,
    userId: id,
    username: typed,
    clientId: client.id,
    attribute,
    value: attributes[attribute]!,
    plan,
  }
  if (code && moved.length === 0) {
    const { code: row, message } = newSignUpCode(ctx, pool, code)
    const place = ctx.outbox.reserve()
    try {
      const rows = { code: row, message: message.row, claim: place?.claim }
      const user = inserted(await insertAccount(ctx.db, pool.id, newUser, rows, now, owner))
      const attempt = place?.attempt(message.row)
      if (!attempt) ctx.outbox.wake()
      return { user, sent: { attribute: code.attribute, messageId: message.id, attempt } }
    } finally {
      place?.leave()
    }
  }
  return ctx.db.transaction().execute(async (trx) => {
    const user = inserted(await insertUser(trx, pool.id, newUser, now, owner))
    await claimLoginNames(trx, pool, user, moved, { force: true, now }).catch(asUsernameExists)
    if (!code) return { user }
    const message = await queueSignUpCode(trx, ctx, pool, code)
    return { user, sent: { attribute: code.attribute, messageId: message.id } }
  })
}

const isAlias = (pool: Pool, kind: LoginName['kind']): boolean =>
  pool.settings.AliasAttributes?.some((name) => name === kind) ?? false

function requireInserted({ user, taken: [first] }: Insertion): User {
  if (!first) return user
  throw new UsernameExists(
    first.kind === 'username' ? 'User already exists' : `An account with the given ${first.kind} already exists.`,
    factsOfTaken(first.kind),
  )
}

// The operation declares no AliasExistsException.
function asUsernameExists(error: unknown): never {
  throw error instanceof AliasExists ? new UsernameExists(error.message, error) : error
}
