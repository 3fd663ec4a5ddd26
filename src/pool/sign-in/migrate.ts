import type { Context } from '../../context.ts'
import { UserLambdaValidation, UserNotFound, WrongCredentials } from '../../model/errors.ts'
import { migrateUser } from '../accounts/migrate-user.ts'
import { countedGuess } from '../attempts/lock-out.ts'
import { preventsUserExistenceErrors } from '../clients/client-rules.ts'
import type { Pool } from '../pools/pool.ts'
import { hasTrigger } from '../triggers/call-trigger.ts'
import type { MigrationRequest } from '../triggers/user-migration.ts'
import { loginName, type User } from '../users/user.ts'
import { type Credentials, findCredentials, findCredentialsByName } from './credentials-store.ts'
import type { Driver, SignIn } from './sign-in.ts'

/**
 * The user of another directory with this name and password, where the pool has a migration trigger. A refusal counts
 * as a wrong password, so that nobody can try passwords there without limit. @throws NotAuthorizedException,
 * UserNotFoundException, what triggers throw
 */
export async function migrate(
  ctx: Context,
  request: Omit<MigrationRequest, 'source'>,
): Promise<Credentials | undefined> {
  const { pool, client, typed } = request
  if (!hasTrigger(pool, 'UserMigration')) return undefined
  const subject = { unknownName: loginName(pool, typed) }
  let user: User | undefined
  let refusal: Error = preventsUserExistenceErrors(client) ? new WrongCredentials() : new UserNotFound()
  await countedGuess(ctx, { poolId: pool.id, kind: 'password', subject }, async () => {
    try {
      user = await migrateUser(ctx, { source: 'UserMigration_Authentication', ...request })
    } catch (error) {
      if (!(error instanceof UserLambdaValidation)) throw error
      refusal = error
    }
    return user !== undefined
  })
  if (!user) throw refusal
  return findCredentials(ctx.db, pool.id, user.id)
}

/** Pages may ask for the name first, so that the password for the migration comes as an answer. */
export const migratesByAnswer = (pool: Pool, driver: Driver): boolean =>
  driver === 'page' && hasTrigger(pool, 'UserMigration')

/** The user for a name that came without a password and was unknown then. @throws as `migrate` */
export async function migrateByAnswer(ctx: Context, signIn: SignIn, password: string | undefined): Promise<SignIn> {
  const { pool, client, state } = signIn
  const typed = state.username
  const lookup = { poolId: pool.id, clientId: client.id, name: loginName(pool, typed) }
  const { credentials } = await findCredentialsByName(ctx.db, lookup)
  return { ...signIn, ...(credentials ?? (await migrate(ctx, { pool, client, typed, password }))) }
}
