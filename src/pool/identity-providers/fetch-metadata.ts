import type { Context } from '../../context.ts'
import { InvalidParameter } from '../../model/errors.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { callProvider } from './provider-call.ts'
import { updateMetadata } from './provider-store.ts'
import { readSamlMetadata, type SamlMetadata } from './saml-metadata.ts'

const freshFor = 6 * 3600 * 1000
/** A provider that fails is asked again after this long, rather than by every sign-in. */
const pause = 60_000

/** @throws InvalidParameterException */
export async function fetchMetadata(ctx: Context, url: string): Promise<string> {
  const failed = () => new InvalidParameter(`Error retrieving metadata from ${url}`)
  const answer = await callProvider(ctx, url, { method: 'GET', headers: { accept: 'application/xml, */*' } }).catch(
    () => {
      throw failed()
    },
  )
  if (answer.status !== 200)
    throw new InvalidParameter(`Non-ok status code ${answer.status} returned from remote metadata source ${url}`)
  return answer.body.toString()
}

const refreshed = new WeakMap<IdentityProvider, { at: number; metadata: Promise<SamlMetadata> }>()

/**
 * The provider's metadata: fetched again after six hours where it has an address, and at once where `stale` says that
 * it no longer fits, as when a signature's key is not in it. Where that fails, the former metadata is used.
 */
export async function currentMetadata(
  ctx: Context,
  provider: IdentityProvider,
  { stale = false }: { stale?: boolean } = {},
): Promise<SamlMetadata> {
  const now = ctx.clock.now()
  const url = provider.details.MetadataURL
  const { document, fetchedAt } = provider.metadata!
  const known = refreshed.get(provider)
  const latest = known ? known.at : fetchedAt.getTime()
  const due = url !== undefined && now.getTime() - latest > (stale ? pause : freshFor)
  if (!due) return known ? known.metadata : readSamlMetadata(document, fetchedAt)

  const metadata = refresh(ctx, provider, url).catch((error) => {
    ctx.log.warn({ provider: provider.name, poolId: provider.poolId, err: error }, 'SAML metadata could not be read')
    // Fetched again after the pause, whatever its age.
    refreshed.set(provider, { at: now.getTime() - freshFor + pause, metadata })
    return known?.metadata ?? readSamlMetadata(document, fetchedAt)
  })
  refreshed.set(provider, { at: now.getTime(), metadata })
  return metadata
}

async function refresh(ctx: Context, provider: IdentityProvider, url: string): Promise<SamlMetadata> {
  const document = await fetchMetadata(ctx, url)
  const now = ctx.clock.now()
  const metadata = await readSamlMetadata(document, now)
  // Other nodes see it with the next change of the pool; until then they fetch it themselves.
  await updateMetadata(ctx.db, provider.poolId, provider.name, { document, fetchedAt: now })
  return metadata
}
