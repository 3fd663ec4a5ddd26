import { type Selectable, sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import type { Tables } from '../../store/tables.ts'

export type Identity = Selectable<Tables['identities']>

/** The attribute name under which a subject is stored. */
export const subjectAttribute = 'Cognito_Subject'

/** One identity: the provider's value for a user, and the attribute that holds it. */
export interface IdentityKey {
  provider: string
  attribute: string
  value: string
}

export async function findIdentity(
  db: Db,
  poolId: string,
  { provider, attribute, value }: IdentityKey,
): Promise<Identity | undefined> {
  return db
    .selectFrom('identities')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('provider_name', '=', provider)
    .where('attribute', '=', attribute)
    .where('value', '=', value)
    .executeTakeFirst()
}

/** Links by attributes other than the subject that match one of these values. */
export async function findIdentityByAttributes(
  db: Db,
  poolId: string,
  provider: string,
  values: [attribute: string, value: string][],
): Promise<Identity | undefined> {
  if (values.length === 0) return undefined
  return db
    .selectFrom('identities')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('provider_name', '=', provider)
    .where((eb) => eb.or(values.map(([attribute, value]) => eb.and({ attribute, value }))))
    .orderBy('created_at')
    .executeTakeFirst()
}

export async function identitiesOfUser(db: Db, poolId: string, userId: string): Promise<Identity[]> {
  return db
    .selectFrom('identities')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('provider_name')
    .orderBy('value')
    .execute()
}

/** The attributes by which users of a provider are linked. */
export async function linkAttributes(db: Db, poolId: string, provider: string): Promise<string[]> {
  const rows = await db
    .selectFrom('identities')
    .select('attribute')
    .distinct()
    .where('pool_id', '=', poolId)
    .where('provider_name', '=', provider)
    .execute()
  return rows.map(({ attribute }) => attribute)
}

/** False if a user already has the identity. */
export async function insertIdentity(trx: Trx, identity: Identity): Promise<boolean> {
  const inserted = await trx
    .insertInto('identities')
    .values(identity)
    .onConflict((conflict) => conflict.doNothing())
    .returning('value')
    .executeTakeFirst()
  if (inserted) await writeIdentities(trx, identity.pool_id, identity.user_id, identity.created_at)
  return inserted !== undefined
}

/**
 * Replaces a link by an attribute with one by the subject, once that is known. False where another sign-in was first.
 */
export async function settleIdentity(
  trx: Trx,
  identity: Identity,
  { subject, issuer, now }: { subject: string; issuer: string | null; now: Date },
): Promise<boolean> {
  const updated = await trx
    .updateTable('identities')
    .set({ attribute: subjectAttribute, value: subject, issuer })
    .where('pool_id', '=', identity.pool_id)
    .where('provider_name', '=', identity.provider_name)
    .where('attribute', '=', identity.attribute)
    .where('value', '=', identity.value)
    .returning('value')
    .executeTakeFirst()
  if (updated) await writeIdentities(trx, identity.pool_id, identity.user_id, now)
  return updated !== undefined
}

/** Deletes a linked identity. A user's primary identity stays. */
export async function deleteLink(
  trx: Trx,
  poolId: string,
  { provider, attribute, value }: IdentityKey,
  now: Date,
): Promise<boolean> {
  const deleted = await trx
    .deleteFrom('identities')
    .where('pool_id', '=', poolId)
    .where('provider_name', '=', provider)
    .where('attribute', '=', attribute)
    .where('value', '=', value)
    .where('is_primary', '=', false)
    .returning('user_id')
    .executeTakeFirst()
  if (deleted) await writeIdentities(trx, poolId, deleted.user_id, now)
  return deleted !== undefined
}

/** The user's `identities` attribute as it follows from the table: types as the API shows them. */
async function writeIdentities(trx: Trx, poolId: string, userId: string, now: Date): Promise<void> {
  const identities = await identitiesOfUser(trx, poolId, userId)
  const shown = JSON.stringify(
    identities.map((identity) => ({
      userId: identity.value,
      providerName: identity.provider_name,
      providerType: identity.provider_type,
      issuer: identity.issuer,
      primary: identity.is_primary,
      dateCreated: identity.created_at.getTime(),
    })),
  )
  await trx
    .updateTable('users')
    .set({
      attributes:
        identities.length > 0 ? sql`attributes || ${{ identities: shown }}::jsonb` : sql`attributes - 'identities'`,
      updated_at: now,
    })
    .where('pool_id', '=', poolId)
    .where('id', '=', userId)
    .execute()
}
