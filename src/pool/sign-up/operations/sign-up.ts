import type { RequestContext } from '../../../context.ts'
import { constraintError } from '../../../model/constraints.ts'
import { InvalidLambdaResponse, SignUpClosed } from '../../../model/errors.ts'
import { checkAttributes } from '../../attributes/schema.ts'
import { assumeClient, type Client, requireClient } from '../../clients/client.ts'
import { allowedFlows } from '../../clients/client-rules.ts'
import { observeResult } from '../../clients/observe-result.ts'
import type { Owner } from '../../clients/owner.ts'
import { checkSecretHash } from '../../clients/secret-hash.ts'
import type { Handler, Input, Output } from '../../handler.ts'
import { awaitFirstAttempt, codeDelivery } from '../../messages/send.ts'
import { preparePassword } from '../../passwords/password.ts'
import { checkPasswordPolicy } from '../../passwords/password-policy.ts'
import { codeAttributes } from '../../pools/first-factors.ts'
import type { Pool } from '../../pools/pool.ts'
import { beginSignUpSession } from '../../sign-in/sign-up-session.ts'
import { postConfirmation } from '../../triggers/post-confirmation.ts'
import { type PreSignUpDecision, preSignUp } from '../../triggers/pre-sign-up.ts'
import { newUsername } from '../../users/username.ts'
import { createAccount } from '../create-account.ts'
import { autoVerified } from '../sign-up-code.ts'

/**
 * Creates an account, which has to be confirmed unless the pool's function confirms it. As on the service, a taken
 * username is always reported, while a taken alias is only noticed at confirmation.
 */
export const signUp: Handler<'SignUp'> = async (input, ctx) => {
  const { pool, client } = await assumeClient(ctx, input.ClientId!)
  return observeResult(
    () => signUpWith(input, ctx, { pool, client }),
    (result) => ctx.observe('signUp', { poolId: pool.id, clientId: client.id, result }),
  )
}

async function signUpWith(
  input: Input<'SignUp'>,
  ctx: RequestContext,
  { pool, client }: Owner,
): Promise<Output<'SignUp'>> {
  // The function is called once, so its name must be known before.
  if (Object.keys(pool.settings.LambdaConfig ?? {}).length > 0) await requireClient(ctx, client.id)
  checkSecretHash(client, input.Username!, input.SecretHash)
  if (pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly) throw new SignUpClosed()

  const { id, username, attributes: received } = newUsername(pool, input.Username!, input.UserAttributes ?? [])
  const attributes = checkAttributes(pool, received, { creating: true, writer: client })
  const password = requirePassword(pool, client, attributes, input.Password)

  const { ValidationData: validationData, ClientMetadata: clientMetadata } = input
  const from = { clientId: client.id, clientMetadata }
  const asked = { source: 'PreSignUp_SignUp', userName: username, attributes, validationData, ...from } as const
  const decision = await preSignUp(ctx, pool, asked)
  const confirmed = decision.autoConfirmUser
  const verified = verifiedBy(decision, attributes)
  const prepared = password === undefined ? undefined : await preparePassword(ctx, pool, { id, username }, password)

  const name = { client, typed: input.Username!, id, username }
  const account = { ...name, attributes, verified, confirmed, password: prepared, clientMetadata }
  const { user, sent } = await createAccount(ctx, pool, account)
  if (confirmed) await postConfirmation(ctx, pool, { source: 'PostConfirmation_ConfirmSignUp', user, ...from })
  if (!sent) return { UserConfirmed: confirmed, UserSub: id }

  const Session = await beginSignUpSession(ctx, { pool, client, driver: 'api' }, user)
  await awaitFirstAttempt(ctx, sent.messageId, sent.attempt)
  const { attribute } = sent
  return {
    UserConfirmed: false,
    UserSub: id,
    CodeDeliveryDetails: codeDelivery(attribute, attributes[attribute]!),
    Session,
  }
}

/**
 * The addresses that the function verified without a code. @throws InvalidLambdaResponseException for an address that
 * the user does not have
 */
function verifiedBy(decision: PreSignUpDecision, attributes: Record<string, string>): Record<string, string> {
  const verified: Record<string, string> = {}
  for (const [attribute, isVerified] of [
    ['email', decision.autoVerifyEmail],
    ['phone_number', decision.autoVerifyPhone],
  ] as const) {
    if (isVerified && !attributes[attribute])
      throw new InvalidLambdaResponse(`The user has no ${attribute} to be verified.`)
    if (isVerified) verified[`${attribute}_verified`] = 'true'
  }
  return verified
}

/** The checked password; undefined for a user who signs in by codes to a verified address and has none. */
function requirePassword(
  pool: Pool,
  client: Client,
  attributes: Record<string, string>,
  password: string | undefined,
): string | undefined {
  if (password) {
    checkPasswordPolicy(pool, password, 'sign-up')
    return password
  }
  const usable = codeAttributes(pool.settings)
  const signsInByCode = autoVerified(pool).some((attribute) => attributes[attribute] && usable.includes(attribute))
  if (signsInByCode && allowedFlows(client).has('ALLOW_USER_AUTH')) return undefined
  throw constraintError([{ path: 'password', value: undefined, reason: 'required', text: 'Member must not be null' }])
}
