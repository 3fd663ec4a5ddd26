import { cognito } from '../../api/call.ts'
import { refresh } from '../../api/queries.ts'
import { recordOf } from '../../ui/pairs.tsx'
import { type ProviderSettings, type ProviderType, providerTypes } from '../providers/provider-types.ts'
import type { Provider } from './settings.ts'

/** An update replaces the details as a whole: those that are not changed are taken as they are at this moment. */
export async function saveProvider(
  { UserPoolId, ProviderName }: Provider,
  draft: ProviderSettings,
  changed: readonly string[],
): Promise<void> {
  const key = { UserPoolId: UserPoolId!, ProviderName: ProviderName! }
  const { IdentityProvider: current } = await cognito('DescribeIdentityProvider', key)
  const members = providerTypes[current!.ProviderType as ProviderType].members.map(({ name }) => name)
  const changedDetails = members.filter((name) => changed.includes(name))
  await cognito('UpdateIdentityProvider', {
    ...key,
    ...(changedDetails.length > 0 && {
      ProviderDetails: mergedDetails(current!.ProviderDetails ?? {}, draft.details, changedDetails),
    }),
    ...(changed.includes('mapping') && { AttributeMapping: recordOf(draft.mapping) }),
    ...(changed.includes('identifiers') && { IdpIdentifiers: draft.identifiers }),
    ...(changed.includes('levels') && { AcrMapping: recordOf(draft.levels) }),
  })
  await refresh('DescribeIdentityProvider', 'ListIdentityProviders')
}

const discovered = ['authorize_url', 'token_url', 'attributes_url', 'jwks_uri']

function mergedDetails(
  current: Record<string, string>,
  draft: Record<string, string>,
  changed: readonly string[],
): Record<string, string> {
  const merged = { ...current }
  for (const name of changed) {
    const value = draft[name]?.trim() ?? ''
    if (value === '') delete merged[name]
    else merged[name] = value
  }
  // Metadata is in one place, and another issuer has other endpoints.
  if (changed.includes('MetadataURL') && merged.MetadataURL) delete merged.MetadataFile
  else if (changed.includes('MetadataFile') && merged.MetadataFile) delete merged.MetadataURL
  if (changed.includes('oidc_issuer')) for (const name of discovered) if (!changed.includes(name)) delete merged[name]
  return merged
}

/** Has the server read again what the provider says of itself. @throws ApiError that says what is wrong */
export async function checkConnection({ UserPoolId, ProviderName }: Provider): Promise<void> {
  const key = { UserPoolId: UserPoolId!, ProviderName: ProviderName! }
  const { IdentityProvider: current } = await cognito('DescribeIdentityProvider', key)
  const ProviderDetails = { ...current!.ProviderDetails }
  for (const name of discovered) delete ProviderDetails[name]
  await cognito('UpdateIdentityProvider', { ...key, ProviderDetails })
  await refresh('DescribeIdentityProvider')
}
