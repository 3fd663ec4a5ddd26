import { CodeMismatch, InvalidParameter, SoftwareTokenMFANotFound } from '../../../model/errors.ts'
import { checkAttributes } from '../../attributes/schema.ts'
import type { AddressAttribute } from '../../factors/factor.ts'
import { findSecondFactor } from '../../factors/index.ts'
import { softwareTokenMfa } from '../../factors/software-token-mfa.ts'
import { newTotpSecret, totpSecretText } from '../../mfa/software-token.ts'
import { changeAttributes } from '../../users/change-attributes.ts'
import { proveNewToken, sealedMark } from '../new-software-token.ts'
import { setUpChoices } from '../second-factor.ts'
import type { Challenge, SignIn, Verdict } from '../sign-in.ts'

/**
 * A user who needs a second factor and has none sets one up. In the API an authenticator app is set up beside the
 * challenge, by AssociateSoftwareToken and VerifySoftwareToken with its session; a page shows the secret at once and
 * its answer is the first code. An address is proven by the challenge that follows.
 */
export const mfaSetup: Challenge = {
  answers: 30,

  ask(_ctx, signIn) {
    const factors = setUpChoices(signIn)
    const parameters = { MFAS_CAN_SETUP: JSON.stringify(factors) }
    if (signIn.state.driver !== 'page' || !factors.includes(softwareTokenMfa.name)) return { parameters }
    const secret = newTotpSecret()
    const shown = { SECRET_CODE: totpSecretText(secret), USER_ID_FOR_SRP: signIn.user!.username }
    return { parameters: { ...parameters, ...shown }, remember: { secret: secret.toString('base64') } }
  },

  async verify(ctx, signIn, responses, remembered) {
    const factors = setUpChoices(signIn)
    const setsUp = (attribute: AddressAttribute) =>
      factors.some((name) => findSecondFactor(name)?.sendsTo === attribute)
    const email = responses.EMAIL ?? responses.email
    if (email && setsUp('email')) return addAddress(ctx, signIn, 'email', email)
    const phone = signIn.state.driver === 'page' ? responses.PHONE_NUMBER : undefined
    if (phone && setsUp('phone_number')) return addAddress(ctx, signIn, 'phone_number', phone)
    if (email || phone) throw new InvalidParameter('This MFA cannot be set up.')

    const { tokenVerified, driver } = signIn.state
    // VerifySoftwareToken has seen the first code in this sign-in, which proves as much as another code would.
    if (tokenVerified && signIn.mfa?.token && tokenVerified === sealedMark(signIn.mfa.token.sealed))
      return { proves: 'otp' }
    const code = responses.SOFTWARE_TOKEN_MFA_CODE
    if (driver !== 'page' || !remembered.secret || !code) throw new SoftwareTokenMFANotFound()
    const verdict = await proveNewToken(ctx, signIn, { secret: remembered.secret, code })
    if (!verdict) throw new CodeMismatch('Invalid code received for user', { reason: 'app-code-mismatch' })
    return verdict
  },
}

type Ctx = Parameters<Challenge['ask']>[0]

function addAddress(ctx: Ctx, signIn: SignIn, attribute: 'email' | 'phone_number', value: string): Verdict {
  const { pool } = signIn
  const user = signIn.user!
  const changes = checkAttributes(pool, [{ Name: attribute, Value: value }], { creating: false, writer: 'admin' })
  return {
    user: { ...user, attributes: { ...user.attributes, ...changes, [`${attribute}_verified`]: 'false' } },
    write: (trx) => changeAttributes(trx, pool, user, changes, { now: ctx.clock.now() }),
  }
}
