import { createHash } from 'node:crypto'
import { isOn } from '../../model/extensions.ts'
import type { Pool } from '../pools/pool.ts'
import type { Client } from './client.ts'

const maxLength = 512

/**
 * Whether a client id can be the URL of a metadata document: https, with a path, and already normalized as browsers do,
 * so that one client has one id.
 */
export function isDocumentUrl(text: string | undefined): text is string {
  if (!text?.startsWith('https://') || text.length > maxLength || text.includes('#')) return false
  const url = URL.parse(text)
  return url?.href === text && url.pathname !== '/' && url.username === '' && url.password === ''
}

/** Whether the pool takes clients of this document. */
export function readsDocument(pool: Pool, url: string): boolean {
  const hosts = pool.extensions?.Standards?.ClientIdHosts
  return isOn('ClientIdMetadataDocuments', pool) && (!hosts || hosts.includes(new URL(url).hostname))
}

/** The id under which a pool stores the client of a document; it looks like any other. */
export function documentClientId(poolId: string, url: string): string {
  const digest = createHash('sha256').update(`${poolId}\0${url}`).digest('hex')
  return BigInt(`0x${digest.slice(0, 32)}`)
    .toString(32)
    .padStart(26, '0')
}

/** The id by which apps and the readers of tokens know a client. */
export const publicClientId = ({ id, documentUrl }: Pick<Client, 'id' | 'documentUrl'>): string => documentUrl ?? id

/** Whether a client that nobody has set up proves who it is by a key: it is no public client, without a secret. */
export const hasKeysAlone = ({ settings, secrets, extensions }: Client): boolean =>
  settings.ClientType === 'DCR' && secrets.length === 0 && extensions?.Standards?.TokenEndpointAuthMethod !== undefined
