import type { Context } from '../../context.ts'
import { UserNotFound } from '../../model/errors.ts'
import { preventsUserExistenceErrors } from '../clients/client-rules.ts'
import type { Pool } from '../pools/pool.ts'
import { hasTrigger } from '../triggers/call-trigger.ts'
import type { MigrationRequest } from '../triggers/user-migration.ts'
import { migrateUser } from '../users/migrate-user.ts'
import { loginName } from '../users/user.ts'
import { type Credentials, findCredentials, findCredentialsByName } from './credentials-store.ts'
import type { Driver, SignIn } from './sign-in.ts'

/** The user whom another directory knows by this name and password, if the pool has a function that asks it. */
export async function migrate(
  ctx: Context,
  request: Omit<MigrationRequest, 'source'>,
): Promise<Credentials | undefined> {
  const user = await migrateUser(ctx, { source: 'UserMigration_Authentication', ...request })
  return user && findCredentials(ctx.db, request.pool.id, user.id)
}

/** Pages may ask for the name first, so that the password of another directory comes as an answer. */
export const migratesByAnswer = (pool: Pool, driver: Driver): boolean =>
  driver === 'page' && hasTrigger(pool, 'UserMigration')

/** Whom a name is of that came without its password, and that no user had then. @throws UserNotFoundException */
export async function migrateByAnswer(ctx: Context, signIn: SignIn, password: string | undefined): Promise<SignIn> {
  const { pool, client, state } = signIn
  const typed = state.username
  const sought = { poolId: pool.id, clientId: client.id, name: loginName(pool, typed) }
  const { credentials } = await findCredentialsByName(ctx.db, sought)
  const found = credentials ?? (await migrate(ctx, { pool, client, typed, password }))
  if (!found && !preventsUserExistenceErrors(client)) throw new UserNotFound()
  return { ...signIn, ...found }
}
