import { randomUUID } from 'node:crypto'
import type { Context } from '../../src/context.ts'
import { clientId, clientSecret, userPoolId } from '../../src/lib/ids.ts'
import type { ClientSettings, PoolSettings } from '../../src/model/settings.ts'
import { type Client, requireClient } from '../../src/pool/clients/client.ts'
import { clientSecretSeal } from '../../src/pool/clients/client-store.ts'
import type { Pool } from '../../src/pool/pools/pool.ts'
import { type IssuedTokens, type IssueTokensInput, issueTokens } from '../../src/pool/tokens/issue-tokens.ts'
import { makeSigningKey } from '../../src/pool/tokens/make-signing-key.ts'
import { insertSigningKey } from '../../src/pool/tokens/signing-key-store.ts'
import type { User } from '../../src/pool/users/user.ts'
import { findUserById } from '../../src/pool/users/user-store.ts'

const schema = ['sub', 'name', 'email', 'email_verified', 'phone_number', 'address', 'updated_at', 'custom:level']

/** A pool with a client and a user, put into the tables: what is looked at here begins where they exist. */
export async function makePool(ctx: Context, settings: Partial<PoolSettings> = {}): Promise<string> {
  const id = userPoolId(ctx.config.region)
  const now = ctx.clock.now()
  const full = { SchemaAttributes: schema.map((Name) => ({ Name, AttributeDataType: 'String' as const })), ...settings }
  await ctx.db
    .insertInto('pools')
    .values({ id, name: 'pool', settings: full, created_at: now, updated_at: now })
    .execute()
  await insertSigningKey(ctx.db, id, 'id', await makeSigningKey(ctx), now)
  await insertSigningKey(ctx.db, id, 'access', await makeSigningKey(ctx), now)
  return id
}

export async function makeClient(
  ctx: Context,
  poolId: string,
  settings: ClientSettings = {},
  secret?: string,
): Promise<{ pool: Pool; client: Client }> {
  const id = clientId()
  const now = ctx.clock.now()
  const row = { pool_id: poolId, id, name: 'client', settings, created_at: now, updated_at: now }
  await ctx.db.insertInto('clients').values(row).execute()
  await ctx.db.insertInto('client_directory').values({ client_id: id, pool_id: poolId }).execute()
  if (secret) {
    const sealed = ctx.keyring.seal(secret, clientSecretSeal(poolId, id, 'first'))
    const secretRow = { pool_id: poolId, client_id: id, id: 'first', secret_sealed: sealed, created_at: now }
    await ctx.db.insertInto('client_secrets').values(secretRow).execute()
  }
  return requireClient(ctx, id)
}

export async function makeUser(ctx: Context, poolId: string, attributes: Record<string, string> = {}): Promise<User> {
  const id = randomUUID()
  const username = `ann-${id.slice(0, 8)}`
  const now = ctx.clock.now()
  const row = { pool_id: poolId, id, username, status: 'CONFIRMED' as const, attributes, tokens_valid_from: null }
  await ctx.db
    .insertInto('users')
    .values({ ...row, created_at: now, updated_at: now })
    .execute()
  const name = { pool_id: poolId, name: username, kind: 'username' as const, user_id: id }
  await ctx.db.insertInto('login_names').values(name).execute()
  return (await findUserById(ctx.db, poolId, id))!
}

export async function addToGroup(
  ctx: Context,
  user: User,
  group: { name: string; precedence?: number; roleArn?: string },
): Promise<void> {
  const now = ctx.clock.now()
  const { name, precedence = null, roleArn = null } = group
  const row = { pool_id: user.poolId, name, name_key: name, description: null, precedence, role_arn: roleArn }
  await ctx.db
    .insertInto('groups')
    .values({ ...row, created_at: now, updated_at: now })
    .execute()
  const member = { pool_id: user.poolId, group_name: name, user_id: user.id, added_at: now }
  await ctx.db.insertInto('group_members').values(member).execute()
}

export interface SignedIn {
  pool: Pool
  client: Client
  user: User
  tokens: IssuedTokens
}

/** A user of a new pool who has just signed in by password. */
export async function signedIn(
  ctx: Context,
  options: { client?: ClientSettings; secret?: string; poolId?: string; issue?: Partial<IssueTokensInput> } = {},
): Promise<SignedIn> {
  const poolId = options.poolId ?? (await makePool(ctx))
  const { pool, client } = await makeClient(ctx, poolId, options.client, options.secret)
  const user = await makeUser(ctx, poolId, { email: 'ann@example.com', email_verified: 'true' })
  return { pool, client, user, tokens: await signIn(ctx, { pool, client, user }, options.issue) }
}

export function signIn(
  ctx: Context,
  who: { pool: Pool; client: Client; user: User },
  issue: Partial<IssueTokensInput> = {},
): Promise<IssuedTokens> {
  const at = ctx.clock.now().getTime()
  return issueTokens(ctx, {
    ...who,
    proven: { at, factors: [{ name: 'pwd', at }] },
    surface: 'api',
    source: 'TokenGeneration_Authentication',
    ...issue,
  })
}

export const newSecret = clientSecret

/** The claims of a token, unverified. */
// biome-ignore lint/suspicious/noExplicitAny: a test names the claims it looks at
export const claimsOf = (token: string | undefined): any =>
  JSON.parse(Buffer.from(token!.split('.')[1]!, 'base64url').toString())

export const headerOf = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString())
