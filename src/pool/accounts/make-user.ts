import type { Context, Db, Trx } from '../../context.ts'
import { AliasExists, UsernameExists } from '../../model/errors.ts'
import type { Pool } from '../pools/pool.ts'
import { claimLoginNames, factsOfTaken, isMovable, type LoginName } from '../users/login-names.ts'
import type { User } from '../users/user.ts'
import { type Insertion, insertUser, type NewUser } from './user-insertion-store.ts'

interface Making {
  now: Date
  /** Which aliases are taken over from another user. A username never is. */
  takesOver?: (kind: LoginName['kind']) => boolean
  /** Inserts the user by another statement than `insertUser`. */
  insert?: (db: Db, user: NewUser) => Promise<Insertion>
  /** Writes what is created with the user, in the same transaction. */
  andThen?: (trx: Trx, user: User) => Promise<void>
}

export type Made = { user: User; taken?: undefined } | { user?: undefined; taken: LoginName }

/** Rolls back the names that were claimed before another was found to be taken. */
class NotMade extends Error {
  override name = 'NotMade'
  readonly made: Made

  constructor(made: Made) {
    super('A name is taken')
    this.made = made
  }
}

/**
 * The one way to create a user, except imports, which write hundreds at once: all of the user or, where another user
 * has one of the names, nothing. Without names to take over or further rows it is one statement.
 */
export async function makeUser(ctx: Context, pool: Pool, user: NewUser, making: Making): Promise<Made> {
  const { now, takesOver = () => false, insert = insertPlain, andThen } = making
  const moving = user.names.filter(({ kind }) => isMovable(pool, kind) && takesOver(kind))
  const claimed = { ...user, names: user.names.filter((name) => !moving.includes(name)) }

  const insertAll = async (db: Db): Promise<Made> => {
    const { user: inserted, taken } = await insert(db, claimed)
    return taken[0] ? { taken: taken[0] } : { user: inserted }
  }
  if (moving.length === 0 && !andThen) return insertAll(ctx.db)

  try {
    return await ctx.db.transaction().execute(async (trx) => {
      const made = await insertAll(trx)
      if (!made.user) throw new NotMade(made)
      if (moving.length > 0) await claimLoginNames(trx, pool, made.user, moving, { force: true, now })
      await andThen?.(trx, made.user)
      return made
    })
  } catch (error) {
    if (error instanceof NotMade) return error.made
    const immovable = error instanceof AliasExists && moving.find(({ kind }) => kind === error.field)
    if (immovable) return { taken: immovable }
    throw error
  }

  function insertPlain(db: Db, newUser: NewUser): Promise<Insertion> {
    return insertUser(db, pool.id, newUser, now)
  }
}

/**
 * The refusal for operations that don't declare AliasExistsException. @param usernameTaken the operation's text where
 * the name is a username
 */
export const nameTaken = ({ kind }: LoginName, usernameTaken: string): Error =>
  new UsernameExists(
    kind === 'username' ? usernameTaken : `An account with the given ${kind} already exists.`,
    factsOfTaken(kind),
  )
