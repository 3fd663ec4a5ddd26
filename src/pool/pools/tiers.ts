/** Feature plans. Nothing costs anything here, so only a strict installation refuses what a plan lacks. */
import { isDeepStrictEqual } from 'node:util'
import type { Context } from '../../context.ts'
import { FeatureUnavailableInTier } from '../../model/errors.ts'
import type { PoolSettings } from '../../model/settings.ts'
import { defaultAcrLevels } from './acr-levels.ts'

export type Tier = 'LITE' | 'ESSENTIALS' | 'PLUS'

const order: Tier[] = ['LITE', 'ESSENTIALS', 'PLUS']

interface Feature {
  from: Tier
  name(settings: PoolSettings): string
  used(settings: PoolSettings): boolean
}

const features: Feature[] = [
  {
    from: 'ESSENTIALS',
    name: () => 'Passwordless Sign-In',
    used: (settings) =>
      settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors?.some((factor) => factor !== 'PASSWORD') === true,
  },
  {
    from: 'ESSENTIALS',
    name: (settings) =>
      `Token Customization with Pre-Token Generation Lambda ${settings.LambdaConfig?.PreTokenGenerationConfig?.LambdaVersion}`,
    used: (settings) => (settings.LambdaConfig?.PreTokenGenerationConfig?.LambdaVersion ?? 'V1_0') !== 'V1_0',
  },
  {
    from: 'ESSENTIALS',
    name: () => 'Password History',
    used: (settings) => (settings.Policies?.PasswordPolicy?.PasswordHistorySize ?? 0) > 0,
  },
  { from: 'ESSENTIALS', name: () => 'Email MFA', used: (settings) => settings.EmailMfaConfiguration !== undefined },
  {
    from: 'ESSENTIALS',
    name: () => 'Dynamic Client Registration',
    used: (settings) =>
      (settings.DcrConfiguration as { EnableStatus?: string } | undefined)?.EnableStatus === 'Enabled',
  },
  {
    from: 'ESSENTIALS',
    name: () => 'Custom ACR Levels',
    used: (settings) => !isDeepStrictEqual(settings.AcrConfiguration ?? defaultAcrLevels, defaultAcrLevels),
  },
  {
    from: 'PLUS',
    name: () => 'Threat Protection',
    used: (settings) => (settings.UserPoolAddOns?.AdvancedSecurityMode ?? 'OFF') !== 'OFF',
  },
]

/** Whether a feature that requires a tier may be used in the pool. */
export function tierAllows(ctx: Pick<Context, 'config'>, settings: PoolSettings, from: Tier): boolean {
  return !ctx.config.strict || order.indexOf(settings.UserPoolTier ?? 'ESSENTIALS') >= order.indexOf(from)
}

/** @throws FeatureUnavailableInTierException */
export function checkTier(ctx: Pick<Context, 'config'>, settings: PoolSettings): void {
  const refused = features.filter((feature) => feature.used(settings) && !tierAllows(ctx, settings, feature.from))
  if (refused.length === 0) return
  const names = refused.map((feature) => feature.name(settings)).join(', ')
  throw new FeatureUnavailableInTier(
    `The following features need to be disabled for the ${settings.UserPoolTier} pricing tier configured: ${names}`,
  )
}
