import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import type { TrustedIssuer } from '../../model/poolhouse-operations.ts'
import { isOperatorsPool } from '../operators/operator-store.ts'
import type { SessionClaims } from './session-token.ts'

export interface SessionRole {
  roleName: string
  policy: string
  tags: Record<string, string>
  revision: string
  trustedIssuers: TrustedIssuer[]
  /** The tags of the pool that the call is about. */
  poolTags: Record<string, string> | null
  isOfOperators: boolean
}

/** A role, if the role that assumed it is unchanged and the key that it comes from is still valid. */
export async function findSessionRole(
  db: Db,
  { roleName, by, source }: Pick<SessionClaims, 'roleName' | 'by' | 'source'>,
  poolId: string | undefined,
  now: Date,
): Promise<SessionRole | undefined> {
  const keyId = source.kind === 'access-key' ? source.keyId : null
  const { rows } = await sql<SessionRole>`
    select roles.name as "roleName", roles.policy, roles.tags, roles.revision, roles.trusted_issuers as "trustedIssuers",
      (select settings -> 'UserPoolTags' from pools where id = ${poolId ?? null}) as "poolTags",
      ${isOperatorsPool(poolId)} as "isOfOperators"
    from roles
    where roles.name = ${roleName}
      and (${by?.roleName ?? null}::text is null or exists (
        select from roles by where by.name = ${by?.roleName ?? null} and by.revision = ${by?.revision ?? null}::bigint))
      and (${keyId}::text is null or exists (
        select from access_keys keys where keys.id = ${keyId} and keys.role_name = ${by?.roleName ?? roleName}
          and (keys.expires_at is null or keys.expires_at > ${now}::timestamptz)))`.execute(db)
  return rows[0]
}
