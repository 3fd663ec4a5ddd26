import { styleOf } from '../../pool/branding/style.ts'
import { findProviderByIdentifier, providersOf } from '../../pool/identity-providers/identity-provider.ts'
import { providersOf as namesOf, signsInHere } from '../offers.ts'
import { type Answer, again, emptyFields, type Visit } from '../visit.ts'

/** The provider to redirect to, if it is the only way to sign in. */
export function directProvider({ client, parameters, flash }: Visit): string | undefined {
  const [only, ...more] = namesOf(client)
  if (!only || more.length > 0 || signsInHere(client) || flash.alert) return undefined
  // The provider was already tried.
  return parameters.identity_provider || parameters.idp_identifier ? undefined : only
}

/**
 * Users of an organization find their provider by its email domain: on the classic pages, and if the style shows no
 * buttons.
 */
export async function searchedProviders({ ctx, pool, client, managed }: Visit): Promise<string[]> {
  const names = namesOf(client)
  if (names.length === 0) return []
  if (managed) {
    const { managed: style } = await styleOf(ctx, pool, client)
    const { interfaceStyle = 'BUTTON_LIST' } = style?.settings.categories.auth.federation ?? {}
    if (interfaceStyle === 'BUTTON_LIST') return []
  }
  const providers = await providersOf(ctx, pool)
  const found = providers.filter(({ name, identifiers }) => names.includes(name) && identifiers.length > 0)
  return found.map(({ name }) => name)
}

export async function findDomain(visit: Visit, typed: string): Promise<Answer> {
  const { ctx, t, pool } = visit
  const values = { domain: typed }
  const empty = emptyFields(visit, values)
  if (empty) return again(visit, 'login', { errors: empty, values })
  const domain = typed.slice(typed.lastIndexOf('@') + 1).toLowerCase()
  const found = await findProviderByIdentifier(ctx, pool, domain)
  if (!found || !(await searchedProviders(visit)).includes(found.name))
    return again(visit, 'login', { errors: { domain: t('domain.unknown') }, values })
  return { leave: visit.signInWith(found.name), provider: found.name }
}
