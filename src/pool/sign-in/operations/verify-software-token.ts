import { totpStep } from '../../../lib/totp.ts'
import { EnableSoftwareTokenMFA, InvalidParameter, SoftwareTokenMFANotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { deleteSetup, findSetup } from '../../mfa/mfa-store.ts'
import { openSecret, requireSoftwareTokens, storeSoftwareToken } from '../../mfa/software-token.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { verifyInSignIn } from '../software-token-setup.ts'

/**
 * The first code shows that the app has the secret: from now on it is the user's. Whether sign-ins require it is set
 * elsewhere.
 */
export const verifySoftwareToken: Handler<'VerifySoftwareToken'> = async (input, ctx) => {
  const { UserCode: code, FriendlyDeviceName: name } = input
  if ((name?.length ?? 0) > maxNameLength) throw new InvalidParameter('FriendlyDeviceName is too long.')
  if (!input.AccessToken) {
    if (!input.Session) throw new InvalidParameter('Missing required parameter AccessToken or Session')
    return verifyInSignIn(ctx, input.Session, { code: code!, name })
  }
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken)
  requireSoftwareTokens(pool)

  const now = ctx.clock.now()
  const sealed = await findSetup(ctx.db, pool.id, user.id, now)
  if (!sealed) throw new SoftwareTokenMFANotFound('Software token has not been associated with the user.')
  const secret = openSecret(ctx, pool.id, user.id, sealed)
  const step = await totpStep(secret, code!, now)
  if (step === undefined) throw new EnableSoftwareTokenMFA()
  await ctx.db.transaction().execute(async (trx) => {
    if (!(await deleteSetup(trx, pool.id, user.id, sealed))) throw new EnableSoftwareTokenMFA()
    await storeSoftwareToken(trx, ctx, user, { secret, name, step })
  })
  return { Status: 'SUCCESS' }
}

const maxNameLength = 256
