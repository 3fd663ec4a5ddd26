import type { Context } from '../../context.ts'
import type { BrandingSettings } from '../../pool/branding/default-settings.ts'
import { completeSettings } from '../../pool/branding/settings.ts'
import { type Picture, type Style, styleOf } from '../../pool/branding/style.ts'
import { type Client, findClient } from '../../pool/clients/client.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import { type Brand, brandView, stylesheets } from '../branding/brand.ts'
import { type PreviewSession, previewPath } from './session.ts'

export type Scheme = 'light' | 'dark'

/** What a session is about: a client, and its style as it would be with the edited document. */
export interface Look {
  pool: Pool
  client: Client
  settings: BrandingSettings
  style: Style
}

export async function lookOf(ctx: Context, session: PreviewSession): Promise<Look | undefined> {
  const found = await findClient(ctx, session.clientId)
  if (found?.pool.id !== session.poolId) return undefined
  const style = await styleOf(ctx, found.pool, found.client)
  const settings = session.settings
    ? completeSettings(session.settings)
    : (style.managed?.settings ?? completeSettings({}))
  return { ...found, settings, style }
}

export function brandIn({ pool, client, ...look }: Look, scheme: Scheme): Brand {
  const brand = brandView(styleIn(look, scheme), 'managed', `/${pool.id}/branding/`, client.id)
  return { ...brand, theme: `${previewPath}/theme/${scheme}.css` }
}

export function themeIn({ pool, ...look }: Look, scheme: Scheme): string {
  // Pictures stand beside the style's own stylesheet, not beside this one.
  return stylesheets(styleIn(look, scheme)).managed!.replaceAll('url("../branding/', `url("/${pool.id}/branding/`)
}

/** A style that follows the browser, as a browser of that scheme shows it; any other as it is. */
function styleIn({ settings, style }: Pick<Look, 'settings' | 'style'>, scheme: Scheme): Style {
  const pictures = style.managed?.pictures ?? []
  if (settings.categories.global.colorSchemeMode !== 'DYNAMIC')
    return { ...style, classic: undefined, managed: { settings, pictures } }
  const colorSchemeMode = scheme.toUpperCase()
  const global = { ...settings.categories.global, colorSchemeMode }
  const fixed = { ...settings, categories: { ...settings.categories, global } }
  return { ...style, classic: undefined, managed: { settings: fixed, pictures: seenIn(pictures, colorSchemeMode) } }
}

/** Of each picture the one that the browser would choose, for whatever it was made. */
function seenIn(pictures: Picture[], mode: string): Picture[] {
  const rank = ({ colorMode }: Picture) => (colorMode === mode ? 0 : colorMode === 'DYNAMIC' ? 1 : 2)
  return pictures
    .toSorted((one, other) => rank(one) - rank(other))
    .map((picture) => ({ ...picture, colorMode: 'DYNAMIC' }))
}
