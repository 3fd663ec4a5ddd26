import { hash } from 'node:crypto'
import type { Context } from '../../context.ts'
import type { AuthorizationRequest } from '../../oauth/interaction.ts'
import type { Surface } from '../../oauth/surface.ts'
import { type Style, styleOf } from '../../pool/branding/style.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import { customDomain, domainOfHost, prefixDomain } from '../../pool/pools/pool-domain.ts'
import { type Image, imageOf } from './image.ts'
import { type Backgrounds, edge, themeCss, unbranded } from './theme-css.ts'

type Edge = ReturnType<typeof edge>

/** Everything the templates know about a client's style. Addresses are absolute paths. */
export interface Brand {
  /** The classic pages, which have no dark mode. */
  classic: boolean
  /** Replaces the default stylesheet, and follows the page's own. */
  theme: string | undefined
  more: string[]
  icons: { url: string; type: string; dark: boolean }[]
  header: Bar | undefined
  footer: Bar | undefined
  logo: Logo | undefined
  banner: string | undefined
  /** Pictures that replace the built-in drawings, by drawing name. */
  graphics: Partial<Record<string, Image>>
  /** Whether the identity providers' buttons stand above the form. */
  federatedFirst: boolean
  showsProviders: boolean
  showsForm: boolean
  providerOrder: string[]
  providerIcon(name: string): Image | undefined
  showsProviderIcons: boolean
  /** Whether the page offers its other languages. */
  showsLanguages: boolean
  terms: Style['terms']
}

interface Bar {
  at: Edge
  image: Image | undefined
}

interface Logo {
  image: Image
  at: Edge
  inside: boolean
  below: boolean
}

/** The picture category that may replace each drawing. */
const graphicCategories: Record<string, string> = {
  envelope: 'EMAIL_GRAPHIC',
  phone: 'SMS_GRAPHIC',
  app: 'AUTH_APP_GRAPHIC',
  lock: 'PASSWORD_GRAPHIC',
  passkey: 'PASSKEY_GRAPHIC',
}

/** 'unavailable' if the installation is strict and the client has no style, as with managed login. */
export async function brandOf(
  ctx: Context,
  { pool, client, surface }: Pick<AuthorizationRequest, 'pool' | 'client' | 'surface'>,
): Promise<Brand | 'unavailable'> {
  const style = await styleOf(ctx, pool, client)
  const version = loginVersion(ctx, pool, surface)
  if (version === 2 && ctx.config.strict && !style.managed) return 'unavailable'
  return brandView(style, version === 1 ? 'classic' : 'managed', `${surface.base}/branding/`, client.id)
}

/**
 * The version of the domain in the address; in path form, of the pool's domain. A pool without a domain has managed
 * login.
 */
export function loginVersion(ctx: Pick<Context, 'config'>, pool: Pool, surface: Surface): 1 | 2 {
  const domain =
    surface.base === '' ? domainOfHost(ctx, new URL(surface.origin).host) : (customDomain(pool) ?? prefixDomain(pool))
  const found = pool.domains.find((one) => one.domain === domain)
  return found && (found.settings.ManagedLoginVersion ?? 1) === 1 ? 1 : 2
}

type Kind = 'managed' | 'classic'

export function brandView(style: Style, kind: Kind, folder: string, clientId: string): Brand {
  const sheets = stylesheets(style)
  const sheet = (text: string | undefined, name: Kind) =>
    text === undefined ? undefined : `${folder}${clientId}.${name}.${hashOf(text)}.css`
  const classic = kind === 'classic' ? style.classic : undefined
  const managed = kind === 'managed' ? style.managed : undefined
  const settings = managed?.settings ?? unbranded
  const { auth, form, global } = settings.categories
  const { components, componentClasses } = settings

  const at = (image: Image | undefined): Image | undefined =>
    image && { light: folder + image.light, ...(image.dark && { dark: folder + image.dark }) }
  const image = (category: string, resourceId?: string) =>
    at(imageOf(settings, managed?.pictures ?? [], category, resourceId))
  const bar = (name: 'HEADER' | 'FOOTER', enabled: boolean, { logo }: typeof components.pageHeader) =>
    enabled ? { at: edge(logo.location), image: logo.enabled ? image(`PAGE_${name}_LOGO`) : undefined } : undefined
  const logo = components.form.logo.enabled ? image('FORM_LOGO') : undefined
  const methods = auth.authMethodOrder.flat().map(({ type }) => type)
  const shows = (type: string) => methods.length === 0 || methods.includes(type)

  return {
    classic: kind === 'classic',
    theme: managed && sheet(sheets.managed, 'managed'),
    more: classic?.css ? [sheet(classic.css, 'classic')!] : [],
    icons: icons(components.favicon.enabledTypes, image),
    header: bar('HEADER', global.pageHeader.enabled, components.pageHeader),
    footer: bar('FOOTER', global.pageFooter.enabled, components.pageFooter),
    logo: logo && {
      image: logo,
      at: edge(components.form.logo.location),
      inside: components.form.logo.formInclusion !== 'OUT',
      below: components.form.logo.position === 'BOTTOM',
    },
    banner: classic?.logo && folder + classic.logo,
    graphics: Object.fromEntries(Object.entries(graphicCategories).map(([name, category]) => [name, image(category)])),
    federatedFirst: methods.indexOf('FEDERATED') < methods.indexOf('USERNAME_PASSWORD'),
    showsProviders: shows('FEDERATED'),
    showsForm: shows('USERNAME_PASSWORD'),
    providerOrder: auth.federation.order,
    showsProviderIcons: componentClasses.idpButtons.icons.enabled,
    providerIcon: (name) => (componentClasses.idpButtons.icons.enabled ? image('IDP_BUTTON_ICON', name) : undefined),
    showsLanguages: managed !== undefined && form.languageSelector.enabled,
    terms: kind === 'managed' ? style.terms : {},
  }
}

function icons(enabled: string[], image: (category: string) => Image | undefined): Brand['icons'] {
  const types = [
    ['ICO', 'image/x-icon'],
    ['SVG', 'image/svg+xml'],
  ] as const
  return types.flatMap(([kind, type]) => {
    const found = enabled.includes(kind) ? image(`FAVICON_${kind}`) : undefined
    if (!found) return []
    const light = { url: found.light, type, dark: false }
    return found.dark ? [light, { url: found.dark, type, dark: true }] : [light]
  })
}

type Stylesheets = Record<Kind, string | undefined>

const written = new WeakMap<Style, Stylesheets>()

/** The stylesheets of a style, by the names used in their addresses. */
export function stylesheets(style: Style): Stylesheets {
  let sheets = written.get(style)
  if (!sheets) {
    const { managed, classic } = style
    sheets = {
      managed: managed && themeCss(managed.settings, backgrounds(managed)),
      classic: classic?.css,
    }
    written.set(style, sheets)
  }
  return sheets
}

function backgrounds({ settings, pictures }: NonNullable<Style['managed']>): Backgrounds {
  return {
    page: imageOf(settings, pictures, 'PAGE_BACKGROUND'),
    form: imageOf(settings, pictures, 'FORM_BACKGROUND'),
    header: imageOf(settings, pictures, 'PAGE_HEADER_BACKGROUND'),
    footer: imageOf(settings, pictures, 'PAGE_FOOTER_BACKGROUND'),
  }
}

export const hashOf = (text: string): string => hash('sha256', text, 'base64url').slice(0, 32)
