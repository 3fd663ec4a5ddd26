import type { Handler } from '../../handler.ts'
import { checkRelyingPartyId } from '../../passkeys/relying-party.ts'
import { changePool } from '../../pools/change-pool.ts'
import { checkSms } from '../../pools/delivery-rules.ts'
import { replacedMfaConfig } from '../../pools/mfa-rules.ts'
import { checkRecovery } from '../../pools/pool-rules.ts'
import { mfaConfigView } from '../../pools/pool-view.ts'
import { checkTier } from '../../pools/tiers.ts'

export const setUserPoolMfaConfig: Handler<'SetUserPoolMfaConfig'> = async (input, ctx) => {
  await checkRelyingPartyId(input.WebAuthnConfiguration?.RelyingPartyId)
  const { settings } = await changePool(ctx, input.UserPoolId!, (pool) => {
    const settings = replacedMfaConfig(ctx, pool.settings, input)
    checkSms(ctx, settings)
    checkRecovery(settings)
    checkTier(ctx, settings)
    return { settings }
  })
  return mfaConfigView(settings)
}
