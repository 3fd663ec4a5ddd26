import type { Client } from '../../pool/clients/client.ts'
import type { Translate } from '../texts/texts.ts'

export interface AppLink {
  text: string
  url: string
}

/**
 * The pages of an app, for users who are asked to allow it something. An app that nobody has reviewed could name those
 * of another one, so its own are only those on hosts that it is known by.
 */
export function appLinks(t: Translate, client: Client): AppLink[] {
  const { ClientUri, TosUri, PolicyUri } = client.extensions?.Standards ?? {}
  const links = [
    { url: ClientUri, text: ClientUri && new URL(ClientUri).host },
    { url: TosUri, text: t('signUp.termsOfUse') },
    { url: PolicyUri, text: t('signUp.privacyPolicy') },
  ]
  const isLink = (link: Partial<AppLink>): link is AppLink => link.url !== undefined
  const hosts = knownHosts(client)
  return links.filter(isLink).filter(({ url }) => !client.needsConsent || hosts.has(new URL(url).host))
}

const knownHosts = ({ settings, documentUrl }: Client): Set<string | undefined> =>
  new Set([documentUrl, ...(settings.CallbackURLs ?? [])].map((uri) => (uri ? URL.parse(uri)?.host : undefined)))
