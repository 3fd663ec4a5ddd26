import type { Context, Db } from '../../context.ts'
import { numericCode } from '../../lib/codes.ts'
import { sameBytes } from '../../lib/constant-time.ts'
import { AttemptsExceeded, CodeMismatch, ExpiredCode } from '../../model/errors.ts'
import { type CodeRow, countGuess, deleteCode, hasLiveCode, upsertCode } from './code-store.ts'

/** There is at most one valid code for each of these. */
export interface CodeKey {
  poolId: string
  userId: string
  /** What the code is for, such as `sign-up` or `verify:email`; it is not valid for another purpose. */
  purpose: string
}

export interface CodeContent {
  /** The attribute that the code was sent to and verifies. */
  attribute?: string
  /** Its value at the time, or the new one that waits for the code. */
  value?: string
}

export interface CodeGuess extends CodeKey {
  code: string
  /** Guesses at one code, right ones included. */
  limit?: number
}

/** A right guess. The code stays valid until `consumeCode`. */
export interface CheckedCode extends CodeKey, CodeContent {
  hash: Buffer
}

export const guessLimit = 15

type CodeOptions = CodeKey & CodeContent & { lifetime: number; digits?: number }

/** A new code, and the row with its hash. */
export function newCode(ctx: Context, options: CodeOptions): { code: string; row: CodeRow } {
  const code = numericCode(options.digits ?? 6)
  const now = ctx.clock.now()
  const row = {
    pool_id: options.poolId,
    user_id: options.userId,
    purpose: options.purpose,
    code_hash: hashCode(ctx, options, code),
    attribute: options.attribute ?? null,
    value: options.value ?? null,
    attempts: 0,
    created_at: now,
    expires_at: new Date(now.getTime() + options.lifetime * 1000),
  }
  return { code, row }
}

/**
 * Makes a code that replaces the one before it. Only its hash is stored; the code itself is in the return value alone.
 */
export async function issueCode(db: Db, ctx: Context, options: CodeOptions): Promise<string> {
  const { code, row } = newCode(ctx, options)
  await upsertCode(db, row)
  return code
}

/**
 * Uses up a code. The guess is counted before it is compared, in a statement of its own that commits: parallel guesses
 * all count, and no more than the limit are ever compared. @throws ExpiredCodeException where no code is valid,
 * CodeMismatchException, LimitExceededException
 */
export async function redeemCode(ctx: Context, guess: CodeGuess): Promise<CodeContent> {
  const checked = await checkCode(ctx, guess)
  await consumeCode(ctx.db, checked)
  return { attribute: checked.attribute, value: checked.value }
}

/**
 * The first half of `redeemCode`, for callers that may still refuse for another reason (an alias that is taken), after
 * which the user returns with the same code. Call it outside a transaction. @throws ExpiredCodeException,
 * CodeMismatchException, LimitExceededException
 */
export async function checkCode(ctx: Context, guess: CodeGuess): Promise<CheckedCode> {
  const { poolId, userId, purpose } = guess
  const now = ctx.clock.now()
  const row = await countGuess(ctx.db, guess, guess.limit ?? guessLimit, now)
  if (!row) throw (await hasLiveCode(ctx.db, guess, now)) ? new AttemptsExceeded() : new ExpiredCode()

  if (!sameBytes(row.code_hash, hashCode(ctx, guess, guess.code))) throw new CodeMismatch()
  return {
    poolId,
    userId,
    purpose,
    hash: row.code_hash,
    attribute: row.attribute ?? undefined,
    value: row.value ?? undefined,
  }
}

/**
 * The second half of `redeemCode`, in the transaction that acts on the code. @throws ExpiredCodeException if another
 * call has used it first
 */
export async function consumeCode(db: Db, checked: CheckedCode): Promise<void> {
  if (!(await deleteCode(db, checked, checked.hash))) throw new ExpiredCode()
}

/** Deletes a code that is no longer needed. */
export async function dropCode(db: Db, key: CodeKey): Promise<void> {
  await deleteCode(db, key)
}

function hashCode(ctx: Context, { poolId, userId, purpose }: CodeKey, code: string): Buffer {
  return ctx.keyring.mac('code-hash', poolId, userId, purpose, code)
}
