import type { Context } from '../../context.ts'
import { totpStep } from '../../lib/totp.ts'
import { softwareTokenMfa } from '../factors/software-token-mfa.ts'
import { lockMfa, upsertSoftwareToken } from '../mfa/mfa-store.ts'
import { preferIfNone } from '../mfa/preferences.ts'
import { sealSecret } from '../mfa/software-token.ts'
import { setUpChoices } from './second-factor.ts'
import { invalidSession } from './session-errors.ts'
import type { SignIn, Verdict } from './sign-in.ts'

/** Checks the first code of an authenticator app, and stores the app as the user's; undefined for a wrong code. */
export async function proveNewToken(
  ctx: Context,
  signIn: SignIn,
  { secret, code, name }: { secret: string; code: string; name?: string },
): Promise<Verdict | undefined> {
  if (!setUpChoices(signIn).includes(softwareTokenMfa.name)) throw invalidSession()
  const user = signIn.user!
  const bytes = Buffer.from(secret, 'base64')
  const step = await totpStep(bytes, code, ctx.clock.now())
  if (step === undefined) return undefined
  const sealed = sealSecret(ctx, user.poolId, user.id, bytes)
  return {
    proves: 'otp',
    state: { tokenVerified: sealedMark(sealed) },
    async write(trx) {
      // Of two set-ups at once the first counts: the second would replace a factor without proving it.
      if ((await lockMfa(trx, user.poolId, user.id)).token) throw invalidSession()
      await upsertSoftwareToken(trx, user.poolId, user.id, { sealed, name, step })
      await preferIfNone(trx, user, softwareTokenMfa.name)
      return undefined
    },
  }
}

/** Identifies a token in a sign-in's state without revealing it. */
export const sealedMark = (sealed: Buffer): string => sealed.subarray(-16).toString('base64')
