import type { Context } from '../../context.ts'
import { Lru } from '../../lib/lru.ts'
import { remembered } from '../../lib/memory.ts'
import type { Client } from '../clients/client.ts'
import type { Pool } from '../pools/pool.ts'
import { type Asset, fileName } from './asset.ts'
import { findBranding, listPictures } from './branding-store.ts'
import { readClassicCss, writeClassicCss } from './classic-css.ts'
import type { BrandingSettings } from './default-settings.ts'
import { completeSettings } from './settings.ts'
import { listTermsOfClient } from './terms-store.ts'
import { findUiCustomization } from './ui-customization-store.ts'

export type Picture = Omit<Asset, 'bytes'>

/** How the pages of a client look: a snapshot at one revision of client and pool, never changed in place. */
export interface Style {
  /** Absent where the client has no style of managed login. */
  managed: { settings: BrandingSettings; pictures: Picture[] } | undefined
  /** Absent where neither client nor pool customize the classic pages. */
  classic: { css: string; logo: string | undefined } | undefined
  /** Links by language of each document, by the name of the document. */
  terms: Readonly<Record<string, Record<string, string>>>
}

/** By client. */
const styles = remembered(() => new Lru<string, { revision: string; style: Style }>(1000, 'styles'))

/** At the revisions that the request has just read, so that the next page of every node shows a change. */
export async function styleOf(ctx: Context, pool: Pool, client: Client): Promise<Style> {
  const revision = `${pool.revision} ${client.revision}`
  const cached = styles(ctx).get(client.id, (entry) => entry.revision === revision)
  if (cached) return cached.style
  const style = await loadStyle(ctx, pool.id, client.id)
  styles(ctx).set(client.id, { revision, style })
  return style
}

async function loadStyle({ db }: Context, poolId: string, clientId: string): Promise<Style> {
  const branding = await findBranding(db, poolId, { clientId })
  const pictures = branding ? await listPictures(db, poolId, branding.id) : []
  const classic = await findUiCustomization(db, poolId, clientId)
  const terms = await listTermsOfClient(db, poolId, clientId)
  return {
    managed: branding && { settings: completeSettings(branding.settings), pictures },
    classic: classic && {
      css: classic.css ? writeClassicCss(readClassicCss(classic.css)) : '',
      logo: classic.image && fileName(classic.image),
    },
    terms: Object.fromEntries(terms.map(({ name, links }) => [name, links])),
  }
}
