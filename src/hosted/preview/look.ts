import type { Context } from '../../context.ts'
import type { BrandingSettings } from '../../pool/branding/default-settings.ts'
import { previewPath } from '../../pool/branding/preview-link.ts'
import { namePreviewPictures } from '../../pool/branding/preview-picture-store.ts'
import { completeSettings } from '../../pool/branding/settings.ts'
import { type Picture, type Style, styleOf } from '../../pool/branding/style.ts'
import { type Client, findClient } from '../../pool/clients/client.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import { type Brand, brandView, stylesheets } from '../branding/brand.ts'
import type { PreviewSession } from './session.ts'

/** The addresses of the session's pictures, by the names used in a style. */
export const picturesPath = `${previewPath}/picture/`

export type Scheme = 'light' | 'dark'

/** The client of a session, and its style with the edited document applied. */
export interface Look {
  pool: Pool
  client: Client
  settings: BrandingSettings
  pictures: Picture[]
  style: Style
}

export async function lookOf(ctx: Context, session: PreviewSession): Promise<Look | undefined> {
  const found = await findClient(ctx, session.clientId)
  if (found?.pool.id !== session.poolId) return undefined
  const style = await styleOf(ctx, found.pool, found.client)
  const settings = session.settings
    ? completeSettings(session.settings)
    : (style.managed?.settings ?? completeSettings({}))
  return { ...found, settings, pictures: await namePreviewPictures(ctx.db, session), style }
}

export function brandIn({ client, ...look }: Look, scheme: Scheme): Brand {
  const brand = brandView(styleIn(look, scheme), 'managed', picturesPath, client.id)
  return { ...brand, theme: `${previewPath}/theme/${scheme}.css` }
}

export function themeIn(look: Look, scheme: Scheme): string {
  // The pictures come from the session, not from the stored style.
  return stylesheets(styleIn(look, scheme)).managed!.replaceAll('url("../branding/', `url("${picturesPath}`)
}

/** A style that follows the browser is shown in the given scheme; any other style is shown as it is. */
function styleIn({ settings, pictures, style }: Omit<Look, 'pool' | 'client'>, scheme: Scheme): Style {
  if (settings.categories.global.colorSchemeMode !== 'DYNAMIC')
    return { ...style, classic: undefined, managed: { settings, pictures } }
  const colorSchemeMode = scheme.toUpperCase()
  const global = { ...settings.categories.global, colorSchemeMode }
  const fixed = { ...settings, categories: { ...settings.categories, global } }
  return { ...style, classic: undefined, managed: { settings: fixed, pictures: seenIn(pictures, colorSchemeMode) } }
}

/** For each picture, the variant the browser would choose. */
function seenIn(pictures: Picture[], mode: string): Picture[] {
  const rank = ({ colorMode }: Picture) => (colorMode === mode ? 0 : colorMode === 'DYNAMIC' ? 1 : 2)
  return pictures
    .toSorted((one, other) => rank(one) - rank(other))
    .map((picture) => ({ ...picture, colorMode: 'DYNAMIC' }))
}
