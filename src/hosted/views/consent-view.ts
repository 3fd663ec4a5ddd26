import type { Client } from '../../pool/clients/client.ts'
import type { User } from '../../pool/users/user.ts'
import type { TextKey, Translate } from '../texts/texts.ts'
import { type AppLink, appLinks } from './app-links.ts'
import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'

export interface ConsentView extends PageView {
  form: FormView
  /** The permissions that the app gets. */
  permissions: string[]
  account: string
  destination: string
  links: AppLink[]
}

const known: Record<string, TextKey> = {
  openid: 'consent.openid',
  email: 'consent.email',
  phone: 'consent.phone',
  profile: 'consent.profile',
  'aws.cognito.signin.user.admin': 'consent.account',
}

/** Describes these scopes to the user. */
export const permissionsOf = (t: Translate, scopes: string[]): string[] =>
  scopes.map((scope) => (Object.hasOwn(known, scope) ? t(known[scope]!) : t('consent.scope', { scope })))

export const accountName = ({ attributes, username }: Pick<User, 'username' | 'attributes'>): string =>
  attributes.email ?? attributes.phone_number ?? username

/** A self-described app can choose any name, so its host is shown too. */
export const appName = ({ name, documentUrl }: Pick<Client, 'name' | 'documentUrl'>): string => {
  const host = documentUrl === undefined ? name : new URL(documentUrl).host
  return host === name ? name : `${name} (${host})`
}

export function consentView(
  scene: Scene,
  { scopes, user }: { scopes: string[]; user: Pick<User, 'username' | 'attributes'> },
): ConsentView {
  const { t, client, parameters } = scene
  const redirect = new URL(parameters.redirect_uri!)
  return {
    ...pageView(scene, {
      title: t('consent.title', { app: appName(client) }),
      description: client.needsConsent ? t('consent.description') : undefined,
    }),
    form: scene.form('consent'),
    permissions: permissionsOf(t, scopes),
    account: t('consent.signedIn', { account: accountName(user) }),
    destination: t('consent.host', { host: redirect.host || redirect.protocol }),
    links: appLinks(t, client),
  }
}
