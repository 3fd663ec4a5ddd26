import type { AuthFactorType, GetUserAuthFactorsResponse } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import { mfaView } from '../mfa/mfa-view.ts'
import type { Pool } from '../pools/pool.ts'
import type { User } from '../users/user.ts'
import { findCredentials } from './credentials-store.ts'
import { offeredFactors } from './first-factors.ts'

/** The first factors that a user could choose, and the second factors that they have turned on. */
export async function authFactorsView(
  ctx: Context,
  { pool, user }: { pool: Pool; user: User },
): Promise<GetUserAuthFactorsResponse & { Username: string }> {
  const found = await findCredentials(ctx.db, pool.id, user.id)
  const offered = found ? offeredFactors(ctx, { pool, ...found, state: { username: user.username } }) : []
  // SRP is a way to send the password, not a factor of its own.
  const factors = offered.map((name) => (name === 'PASSWORD_SRP' ? 'PASSWORD' : name) as AuthFactorType)
  const { PreferredMfaSetting, UserMFASettingList } = mfaView(found?.mfa ?? { enabled: [] })
  return {
    Username: user.username,
    ConfiguredUserAuthFactors: [...new Set(factors)],
    PreferredMfaSetting,
    UserMFASettingList,
  }
}
