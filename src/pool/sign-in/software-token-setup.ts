import type { Context } from '../../context.ts'
import { EnableSoftwareTokenMFA } from '../../model/errors.ts'
import { newTotpSecret, requireSoftwareTokens, totpSecretText } from '../mfa/software-token.ts'
import { proveNewToken } from './new-software-token.ts'
import { renewChallenge } from './pending-challenge.ts'
import { requireSessionOwner } from './session.ts'
import { invalidSession } from './session-errors.ts'

/**
 * An authenticator app is set up between an MFA_SETUP challenge and its answer, by calls with the session alone. Each
 * call replaces the session.
 */
export async function associateInSignIn(
  ctx: Context,
  session: string,
): Promise<{ SecretCode: string; Session: string }> {
  const owner = await requireSessionOwner(ctx, session)
  requireSoftwareTokens(owner.pool)
  const secret = newTotpSecret()
  const Session = await renewChallenge(ctx, { ...owner, challengeName: 'MFA_SETUP', session }, async () => ({
    remember: { secret: secret.toString('base64') },
  }))
  return { SecretCode: totpSecretText(secret), Session }
}

/** @throws EnableSoftwareTokenMFAException for a code that the secret does not make */
export async function verifyInSignIn(
  ctx: Context,
  session: string,
  { code, name }: { code: string; name?: string },
): Promise<{ Status: 'SUCCESS'; Session: string }> {
  const owner = await requireSessionOwner(ctx, session)
  requireSoftwareTokens(owner.pool)
  const Session = await renewChallenge(
    ctx,
    { ...owner, challengeName: 'MFA_SETUP', session },
    async (signIn, remembered) => {
      if (!remembered.secret) throw invalidSession()
      const verdict = await proveNewToken(ctx, signIn, { secret: remembered.secret, code, name })
      if (!verdict) throw new EnableSoftwareTokenMFA()
      return { write: verdict.write, state: verdict.state }
    },
  )
  return { Status: 'SUCCESS', Session }
}
