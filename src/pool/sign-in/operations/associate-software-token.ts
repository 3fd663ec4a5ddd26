import { InvalidParameter, NotAuthorized } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { upsertSetup } from '../../mfa/mfa-store.ts'
import { newTotpSecret, requireSoftwareTokens, sealSecret, totpSecretText } from '../../mfa/software-token.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { associateInSignIn } from '../software-token-setup.ts'

const setupLife = 24 * 3600_000

/** A new secret. The user's present authenticator app stays valid until the new one is verified. */
export const associateSoftwareToken: Handler<'AssociateSoftwareToken'> = async (input, ctx) => {
  if (!input.AccessToken) {
    if (!input.Session) throw new InvalidParameter('Missing required parameter AccessToken or Session')
    return associateInSignIn(ctx, input.Session)
  }
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken, { missingUser: NotAuthorized })
  requireSoftwareTokens(pool)

  const secret = newTotpSecret()
  const sealed = sealSecret(ctx, pool.id, user.id, secret)
  const expiresAt = new Date(ctx.clock.now().getTime() + setupLife)
  await upsertSetup(ctx.db, pool.id, user.id, { sealed, expiresAt })
  return { SecretCode: totpSecretText(secret) }
}
