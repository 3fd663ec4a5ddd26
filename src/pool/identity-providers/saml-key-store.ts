import type { Db } from '../../context.ts'

export interface StoredSamlKey {
  certificate: Buffer
  private_sealed: Buffer
  issued_at: Date
}

export async function findSamlKey(db: Db, poolId: string, provider: string): Promise<StoredSamlKey | undefined> {
  return db
    .selectFrom('saml_keys')
    .select(['certificate', 'private_sealed', 'issued_at'])
    .where('pool_id', '=', poolId)
    .where('provider_name', '=', provider)
    .executeTakeFirst()
}

/** Stores the key pair, unless there is one already; returns the stored one. */
export async function keepSamlKey(
  db: Db,
  poolId: string,
  provider: string,
  key: StoredSamlKey,
): Promise<StoredSamlKey> {
  await db
    .insertInto('saml_keys')
    .values({ pool_id: poolId, provider_name: provider, ...key })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return (await findSamlKey(db, poolId, provider)) ?? key
}

export async function renewSamlCertificate(
  db: Db,
  poolId: string,
  provider: string,
  { certificate, issued_at }: Pick<StoredSamlKey, 'certificate' | 'issued_at'>,
): Promise<void> {
  await db
    .updateTable('saml_keys')
    .set({ certificate, issued_at })
    .where('pool_id', '=', poolId)
    .where('provider_name', '=', provider)
    .where('issued_at', '<', issued_at)
    .execute()
}
