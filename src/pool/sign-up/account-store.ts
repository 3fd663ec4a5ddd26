import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import type { Place } from '../../delivery/outbox-signals.ts'
import type { NewMessage } from '../../delivery/outbox-store.ts'
import { type ExpectedOwner, type NewUser, userInsertion } from '../accounts/user-insertion-store.ts'
import type { CodeRow } from '../codes/code-store.ts'

interface CodeAndMessage {
  purpose: string
  codeHash: Buffer
  attribute: string | null
  value: string | null
  codeExpiresAt: Date
  messageId: string
  medium: string
  byFunction: boolean
  kind: string
  sealed: Buffer
  messageExpiresAt: Date
  messageAttempts: number
  nextAttemptAt: Date
  /** The time at which both were created. */
  madeAt: Date
}

const insertion = userInsertion<{ [name in keyof CodeAndMessage]: CodeAndMessage[name] | null }>(
  ({
    purpose,
    codeHash,
    attribute,
    value,
    codeExpiresAt,
    messageId,
    medium,
    byFunction,
    kind,
    sealed,
    messageExpiresAt,
    messageAttempts,
    nextAttemptAt,
    madeAt,
  }) => [
    sql`
      insert into codes (pool_id, user_id, purpose, code_hash, attribute, value, attempts, created_at, expires_at)
      select pool_id, id, ${purpose}::text, ${codeHash}::bytea, ${attribute}::text, ${value}::text, 0,
        ${madeAt}::timestamptz, ${codeExpiresAt}::timestamptz
      from new_user where ${codeHash}::bytea is not null`,
    sql`
      insert into outbox (pool_id, id, user_id, medium, by_function, kind, sealed, created_at, expires_at, attempts,
        next_attempt_at)
      select pool_id, ${messageId}::uuid, id, ${medium}::text, ${byFunction}::boolean, ${kind}::text, ${sealed}::bytea,
        ${madeAt}::timestamptz, ${messageExpiresAt}::timestamptz, ${messageAttempts}::int, ${nextAttemptAt}::timestamptz
      from new_user where ${messageId}::uuid is not null`,
  ],
)

const noCode: { [name in keyof CodeAndMessage]: null } = {
  purpose: null,
  codeHash: null,
  attribute: null,
  value: null,
  codeExpiresAt: null,
  messageId: null,
  medium: null,
  byFunction: null,
  kind: null,
  sealed: null,
  messageExpiresAt: null,
  messageAttempts: null,
  nextAttemptAt: null,
  madeAt: null,
}

interface AccountRows {
  code: CodeRow
  message: NewMessage
  claim: Place['claim'] | undefined
}

/**
 * Inserts a user and, if given, the code that confirms the account and its message, in one statement; see `insertUser`.
 * This process claims the message if its own worker attempts delivery right away.
 */
export function insertAccount(
  db: Db,
  poolId: string,
  user: NewUser,
  rows: AccountRows | undefined,
  now: Date,
  expected?: ExpectedOwner,
) {
  return insertion(db, poolId, user, now, rows ? codeAndMessage(rows) : noCode, expected)
}

function codeAndMessage({ code, message, claim }: AccountRows): CodeAndMessage {
  return {
    purpose: code.purpose,
    codeHash: code.code_hash,
    attribute: code.attribute ?? null,
    value: code.value ?? null,
    codeExpiresAt: code.expires_at as Date,
    messageId: message.id,
    medium: message.medium,
    byFunction: message.by_function,
    kind: message.kind,
    sealed: message.sealed,
    messageExpiresAt: message.expires_at,
    messageAttempts: claim?.attempts ?? 0,
    nextAttemptAt: claim?.until ?? message.created_at,
    madeAt: message.created_at,
  }
}
