import type { Context, Db } from '../../context.ts'
import { sessionUsed } from '../tokens/settlement.ts'
import type { User } from '../users/user.ts'
import type { newSession } from './session.ts'
import type { Question, SignIn, Verdict } from './sign-in.ts'
import { consumeSession } from './sign-in-store.ts'

interface StepWrites {
  consumed?: string
  writes: (Verdict['write'] | Question['write'])[]
  insert?: ReturnType<typeof newSession>['insert']
}

/**
 * Writes all of it or nothing; a single statement needs no transaction for that. Returns the user where a write changed
 * them.
 */
export async function writeStep(ctx: Context, { pool }: SignIn, step: StepWrites): Promise<User | undefined> {
  const writes = step.writes.filter((write) => write !== undefined)
  const consume = async (db: Db) => {
    if (step.consumed && !(await consumeSession(db, pool.id, step.consumed, ctx.clock.now()))) throw sessionUsed()
  }
  if (writes.length === 0 && !(step.consumed && step.insert)) {
    await consume(ctx.db)
    await step.insert?.(ctx.db)
    return undefined
  }
  return ctx.db.transaction().execute(async (trx) => {
    await consume(trx)
    let changed: User | undefined
    for (const write of writes) changed = (await write(trx)) ?? changed
    await step.insert?.(trx)
    return changed
  })
}
