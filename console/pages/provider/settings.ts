/** A provider's settings as the form has them, and as people review them. */
import type { CognitoOutput } from '../../api/wire.ts'
import { texts } from '../../texts/texts.ts'
import { pairsOf, recordOf } from '../../ui/pairs.tsx'
import { type ProviderSettings, type ProviderType, providerTypes } from '../providers/provider-types.ts'

const t = texts.providers

export type Provider = NonNullable<CognitoOutput<'DescribeIdentityProvider'>['IdentityProvider']>

export function settingsOf(provider: Provider): ProviderSettings {
  const { members } = providerTypes[provider.ProviderType as ProviderType]
  const { ProviderDetails: details = {} } = provider
  return {
    details: Object.fromEntries(members.map(({ name, secret }) => [name, secret ? '' : (details[name] ?? '')])),
    mapping: pairsOf(provider.AttributeMapping),
    identifiers: provider.IdpIdentifiers ?? [],
    levels: pairsOf(provider.AcrMapping),
  }
}

export const labelsOf = (type: ProviderType): Record<string, string> => ({
  ...Object.fromEntries(providerTypes[type].members.map(({ name }) => [name, t.members[name]!])),
  mapping: t.mapping,
  identifiers: t.identifiers,
  levels: t.levels,
})

/** Secrets stand there as such. */
export function reviewOf(type: ProviderType, draft: ProviderSettings): Record<string, unknown> {
  const shown = providerTypes[type].members.map(({ name, secret, kind }) => {
    const value = draft.details[name] ?? ''
    if (secret) return [name, value === '' ? t.secretShown : t.secretNew]
    return [name, kind === 'switch' ? value !== '' && value !== 'false' : value]
  })
  return {
    ...Object.fromEntries(shown),
    mapping: recordOf(draft.mapping),
    identifiers: draft.identifiers,
    levels: recordOf(draft.levels),
  }
}
