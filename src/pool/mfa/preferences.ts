import type * as sdk from '@aws-sdk/client-cognito-identity-provider'
import type { Context, Trx } from '../../context.ts'
import { InvalidParameter } from '../../model/errors.ts'
import { findSecondFactor, secondFactors } from '../factors/index.ts'
import { smsMfa } from '../factors/sms.ts'
import { mfaFactors } from '../pools/mfa-factors.ts'
import type { Pool } from '../pools/pool.ts'
import { lockUser } from '../users/lock-user-store.ts'
import type { MfaOfUser, MfaSetting } from '../users/mfa.ts'
import type { User } from '../users/user.ts'
import { lockMfa, updateMfa } from './mfa-store.ts'

/** The members that SetUserMFAPreference and its administrative twin have in common. */
export interface Preferences {
  SMSMfaSettings?: sdk.SMSMfaSettingsType
  SoftwareTokenMfaSettings?: sdk.SoftwareTokenMfaSettingsType
  EmailMfaSettings?: sdk.EmailMfaSettingsType
  WebAuthnMfaSettings?: sdk.WebAuthnMfaSettingsType
}

type Actor = 'user' | 'admin'

/** Settings that are left out stay as they are. @throws InvalidParameterException */
export async function setPreferences(
  ctx: Context,
  pool: Pool,
  user: User,
  input: Preferences,
  actor: Actor,
): Promise<void> {
  await changeMfa(ctx, pool, user, (present, mfa) =>
    keepingOne(pool, mfa, withPreferences(pool, present, mfa, input), actor),
  )
}

/** The older form of it, which supports SMS only. */
export async function setMfaOptions(
  ctx: Context,
  pool: Pool,
  user: User,
  options: sdk.MFAOptionType[],
  actor: Actor,
): Promise<void> {
  const strange = options.find((option) => option.DeliveryMedium !== 'SMS' || option.AttributeName !== 'phone_number')
  if (strange) throw new InvalidParameter('MFAOptions must be SMS to phone_number.')
  const SMSMfaSettings = { Enabled: options.length > 0, PreferredMfa: false }
  await changeMfa(ctx, pool, user, (present, mfa) => {
    const PreferredMfa = mfa.preferred === smsMfa.name && options.length > 0
    const changed = withPreferences(pool, present, mfa, { SMSMfaSettings: { ...SMSMfaSettings, PreferredMfa } })
    return keepingOne(pool, mfa, changed, actor)
  })
}

/** In a pool that requires MFA, users can't turn off their last factor; administrators can, for a new start. */
function keepingOne(pool: Pool, before: MfaOfUser, after: MfaOfUser, actor: Actor): MfaOfUser {
  const hasFactor = ({ enabled }: MfaOfUser) => enabled.some((name) => findSecondFactor(name) !== undefined)
  if (actor === 'user' && pool.settings.MfaConfiguration === 'ON' && hasFactor(before) && !hasFactor(after))
    throw new InvalidParameter('The user pool requires MFA, so that users cannot turn off their last MFA.')
  return after
}

/** Turns on what was set up because the pool requires it; it is preferred unless something else is. */
export async function preferIfNone(trx: Trx, user: Pick<User, 'poolId' | 'id'>, name: MfaSetting): Promise<void> {
  const { enabled, preferred = name } = await lockMfa(trx, user.poolId, user.id)
  await updateMfa(trx, user.poolId, user.id, { enabled: [...new Set([...enabled, name])], preferred })
}

async function changeMfa(
  ctx: Context,
  pool: Pool,
  user: User,
  change: (present: User, mfa: MfaOfUser) => MfaOfUser,
): Promise<void> {
  await ctx.db.transaction().execute(async (trx) => {
    const present = await lockUser(trx, pool.id, user.id)
    if (!present) return
    const mfa = await lockMfa(trx, pool.id, user.id)
    await updateMfa(trx, pool.id, user.id, change(present, mfa))
  })
}

type Change = [MfaSetting, { Enabled?: boolean; PreferredMfa?: boolean } | undefined]

function withPreferences(pool: Pool, user: User, mfa: MfaOfUser, input: Preferences): MfaOfUser {
  const changes: Change[] = [
    ...secondFactors.map(({ name, second }) => [name, input[second.preference]] satisfies Change),
    ['WEB_AUTHN_MFA', input.WebAuthnMfaSettings],
  ]
  if (changes.filter(([, setting]) => setting?.PreferredMfa).length > 1)
    throw new InvalidParameter('Only one MFA can be preferred.')

  let changed = mfa
  for (const [name, setting] of changes) {
    if (!setting) continue
    changed = withPreference(changed, name, setting)
    if (changed.enabled.includes(name)) checkUsable(pool, user, mfa, name)
  }
  const { enabled, preferred } = changed
  if (enabled.includes('WEB_AUTHN_MFA') && enabled.length === 1 && input.WebAuthnMfaSettings?.Enabled)
    throw new InvalidParameter('Passkey MFA needs another MFA of the user that is enabled.')
  return { enabled, preferred }
}

/** A factor that is enabled goes to the end of the list; one that is not set as preferred no longer is. */
function withPreference(mfa: MfaOfUser, name: MfaSetting, setting: NonNullable<Change[1]>): MfaOfUser {
  const isEnabled = setting.Enabled ?? (setting.PreferredMfa || mfa.enabled.includes(name))
  if (setting.PreferredMfa && !isEnabled) throw new InvalidParameter('An MFA that is not enabled cannot be preferred.')
  const others = mfa.enabled.filter((other) => other !== name)
  const preferredBefore = mfa.preferred === name ? undefined : mfa.preferred
  return {
    ...mfa,
    enabled: isEnabled ? [...others, name] : others,
    preferred: setting.PreferredMfa ? name : preferredBefore,
  }
}

/** @throws InvalidParameterException for a factor that the pool does not offer or the user could not use */
function checkUsable(pool: Pool, user: User, mfa: MfaOfUser, name: MfaSetting): void {
  if (name === 'WEB_AUTHN_MFA') {
    if (pool.settings.WebAuthnConfiguration?.FactorConfiguration !== 'MULTI_FACTOR_WITH_USER_VERIFICATION')
      throw new InvalidParameter('Passkeys are not configured for MFA in the user pool.')
    return
  }
  const { sendsTo, second } = findSecondFactor(name)!
  if (sendsTo ? !user.attributes[sendsTo] : !mfa.token) throw new InvalidParameter(second.missing)
  if (!sendsTo) return
  const offered = mfaFactors(pool.settings)
  if (offered.size > 0 && !offered.has(name)) throw new InvalidParameter(`${name} is not enabled for the user pool.`)
}
