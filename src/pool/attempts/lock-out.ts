import type { Context } from '../../context.ts'
import { createGate, type Gate } from '../../lib/gate.ts'
import { remembered } from '../../lib/memory.ts'
import { PasswordAttemptsExceeded } from '../../model/errors.ts'
import { type AttemptKey, countGuess, forgetGuesses, secondsOf, uncountGuess } from './attempt-store.ts'

/**
 * The published lock-out: the fifth failure locks for a second, each further one for twice as long, up to 15 minutes.
 * Guesses during a lock are refused and not counted. A success, or 15 quiet minutes after the lock, starts anew.
 *
 * A guess counts as a failure before it is judged, and only success takes it back. However many arrive at once, on
 * however many nodes, no more are judged than the count allows.
 */
const scheme = { free: 5, maxLockSeconds: 900, quiet: 900 }

export type GuessKind = 'password' | 'mfa'

/** The subject of a count: a user's id, or for an unknown name a hash that does not reveal it. */
export type GuessSubject = { id: string } | { unknownName: string }

/** The count with this guess; undefined while the subject is locked. */
export interface CountedGuess {
  failures: number | undefined
}

/** The values for counting a guess at a password in the statement that finds its user. */
export const passwordGuess = (ctx: Context) => ({
  ...scheme,
  kind: 'password' as const,
  at: secondsOf(ctx.clock.now()),
})

/**
 * Runs `judge` for one guess, unless the subject is locked.
 * @throws NotAuthorizedException Password attempts exceeded
 */
export async function countedGuess(
  ctx: Context,
  guess: { poolId: string; kind: GuessKind; subject: GuessSubject },
  judge: () => Promise<boolean>,
  /** Deletes the count after a right guess: now, or in the caller's own statement. */
  forget = (key: AttemptKey): Promise<void> => forgetGuesses(ctx.db, key, { flush: false }),
  /** Set where the statement that read the user has already counted the guess. */
  counted?: CountedGuess,
): Promise<boolean> {
  const key: AttemptKey = { ...guess, subject: subjectKey(ctx, guess.poolId, guess.subject) }
  return queueGuess(ctx, [key.poolId, key.kind, key.subject], async () => {
    const { failures } = counted ?? { failures: await countGuess(ctx.db, key, scheme, ctx.clock.now()) }
    if (failures === undefined) throw new PasswordAttemptsExceeded()
    const right = await judge().catch(async (error) => {
      await uncountGuess(ctx.db, key)
      throw error
    })
    if (right) await forget(key)
    return right
  })
}

/** The subject as it is stored. */
export function subjectKey(ctx: Context, poolId: string, subject: GuessSubject): string {
  if ('id' in subject) return subject.id
  return ctx.keyring.mac('simulated-user', 'attempts', poolId, subject.unknownName).toString('base64url')
}

const gatesOf = remembered(() => new Map<string, { gate: Gate; inside: number }>())

/**
 * Right passwords of one user that arrive together would lock each other out by the rule above. So fewer than that run
 * at a time; the others wait until the count is taken back. This only helps on one node: the database decides. @throws
 * NotAuthorizedException where too many wait
 */
export async function queueGuess<T>(ctx: Context, key: string[], task: () => Promise<T>): Promise<T> {
  const gates = gatesOf(ctx)
  const name = JSON.stringify(key)
  const entry = gates.get(name) ?? { gate: createGate({ running: scheme.free - 1, waiting: 200 }), inside: 0 }
  gates.set(name, entry)
  entry.inside++
  try {
    const running = entry.gate.run(task)
    if (!running) throw new PasswordAttemptsExceeded()
    return await running
  } finally {
    entry.inside--
    if (entry.inside === 0) gates.delete(name)
  }
}
