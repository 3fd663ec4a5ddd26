import type { RequestContext } from '../../context.ts'
import { webAuthn } from '../../pool/factors/web-authn.ts'
import { requestOptions } from '../../pool/passkeys/assertion.ts'
import { readAsserted } from '../../pool/passkeys/credential.ts'
import { findPasskeyOwner } from '../../pool/passkeys/passkey-store.ts'
import { findRelyingPartyId } from '../../pool/passkeys/relying-party.ts'
import { startSignIn } from '../../pool/sign-in/machine.ts'
import { choosesFactor } from '../offers.ts'
import { refusalOf } from '../refusal.ts'
import { type Answer, again, type Visit } from '../visit.ts'
import { offersPasskeys } from './add-passkey.ts'
import { afterStep } from './after-step.ts'

const timeout = 8 * 60_000

/**
 * The browser may offer passkeys in the username field's autofill. The request is made before the username is known,
 * with a challenge derived from this browser's authorization request.
 */
export function autofillOptions(visit: Visit): string | undefined {
  const { ctx, pool, client, managed } = visit
  if (!choosesFactor(client, managed) || !offersPasskeys(ctx, pool, managed)) return undefined
  const rpId = findRelyingPartyId(ctx, pool)!
  return JSON.stringify(requestOptions({ pool }, { rpId, challenge: challengeOf(visit), timeout, passkeys: [] }))
}

/** The browser sends the passkey; its owner is looked up here, and the sign-in machine verifies the signature. */
export async function signInByPasskey(visit: Visit, credential: string): Promise<Answer> {
  const { ctx, t, pool, client } = visit
  const failed = again(visit, 'login', { alert: { kind: 'error', text: t('passkey.failed') } })
  if (!autofillOptions(visit)) return failed
  const owner = { pool, client, driver: 'page' as const }
  try {
    const username = await ownerOf(ctx, pool.id, credential)
    if (!username) return failed
    const { targetAcr } = visit.request
    const target: Record<string, string> = targetAcr ? { TARGET_ACR_VALUES: targetAcr } : {}
    const parameters = {
      USERNAME: username,
      PREFERRED_CHALLENGE: webAuthn.name,
      CREDENTIAL: credential,
      ...target,
    }
    const remembered = { challenge: challengeOf(visit).toString('base64url') }
    const step = await startSignIn(ctx, { ...owner, flow: 'USER_AUTH', parameters, remembered })
    // It was not answered: the user can't sign in with a passkey.
    if (step.kind === 'challenge' && (step.name === webAuthn.name || step.name === 'SELECT_CHALLENGE')) return failed
    return await afterStep(visit, step)
  } catch (thrown) {
    refusalOf(thrown)
    return failed
  }
}

async function ownerOf(ctx: RequestContext, poolId: string, credential: string): Promise<string | undefined> {
  const { credentialId } = readAsserted(credential)
  return findPasskeyOwner(ctx.db, poolId, credentialId)
}

const challengeOf = ({ ctx, request }: Visit): Buffer =>
  ctx.keyring.mac('passkey-challenge', request.pool.id, request.uid)
