import type { Context } from '../../context.ts'
import type { Claims } from '../../pool/federation/map-attributes.ts'
import type { IdentityProvider } from '../../pool/identity-providers/identity-provider.ts'
import { callEndpoint, jsonIn } from './call-endpoint.ts'

/** The user's profile at the provider's own endpoint. Where that fails, there is none. */
export async function readProfile(ctx: Context, provider: IdentityProvider, accessToken: string): Promise<Claims> {
  const url = profileUrl(provider)
  if (!url) return {}
  const method = provider.details.attributes_request_method === 'POST' ? 'POST' : 'GET'
  const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' }
  const answer = await callEndpoint(ctx, provider, 'profile', url, { method, headers }).catch(() => undefined)
  const profile = answer?.status === 200 ? jsonIn(answer) : undefined
  if (!profile) {
    ctx.log.warn({ provider: provider.name, status: answer?.status }, 'an identity provider gave no profile')
    return {}
  }
  return provider.type === 'Google' ? primaryValues(profile) : profile
}

/** With the names of the mapped attributes, where the provider has to be asked for each. */
function profileUrl({ type, details, attributeMapping }: IdentityProvider): string | undefined {
  const url = details.attributes_url
  if (!url || details.attributes_url_add_attributes !== 'true') return url
  const wanted = [...new Set(Object.values(attributeMapping))]
  if (type === 'Facebook') return `${url}${encodeURIComponent([...new Set(['id', ...wanted])].join(','))}`
  if (type !== 'Google') return `${url}${encodeURIComponent(wanted.join(','))}`
  // What the ID token lacks is in fields of the People API.
  const fields = wanted.filter((name) => Object.hasOwn(googleValues, name))
  return fields.length > 0 ? `${url}${encodeURIComponent(fields.join(','))}` : undefined
}

type Entry = Record<string, unknown> & { metadata?: { primary?: boolean } }

/** Where a field of the People API has its text. */
const googleValues: Record<string, (entry: Entry) => unknown> = {
  addresses: (entry) => entry.formattedValue,
  birthdays: (entry) => birthday(entry),
  emailAddresses: (entry) => entry.value,
  genders: (entry) => entry.value,
  locales: (entry) => entry.value,
  names: (entry) => entry.displayName,
  nicknames: (entry) => entry.value,
  organizations: (entry) => entry.name,
  phoneNumbers: (entry) => entry.canonicalForm ?? entry.value,
  photos: (entry) => entry.url,
  urls: (entry) => entry.value,
}

function birthday({ date, text }: Entry): unknown {
  const { year, month, day } = (date ?? {}) as { year?: number; month?: number; day?: number }
  if (!year || !month || !day) return text
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

function primaryValues(profile: Claims): Claims {
  const entries = Object.entries(profile).flatMap(([field, values]) => {
    if (!Object.hasOwn(googleValues, field) || !Array.isArray(values) || values.length === 0) return []
    const entry = (values as Entry[]).find(({ metadata }) => metadata?.primary) ?? (values[0] as Entry)
    return [[field, googleValues[field]!(entry)] as const]
  })
  return Object.fromEntries(entries)
}
