import type { Context } from '../context.ts'
import { findClient } from '../pool/clients/client.ts'
import { documentClientId, isDocumentUrl, readsDocument } from '../pool/clients/client-document.ts'
import type { Owner } from '../pool/clients/owner.ts'

export const isClientId = (text: string | undefined): text is string =>
  text !== undefined && /^[\w+]{1,128}$/.test(text)

/**
 * The app that a request names to a pool, also by the address of its document. A text that can't be a client id is not
 * looked up.
 */
export async function findApp(
  ctx: Context,
  clientId: string | undefined,
  poolId: string | undefined,
): Promise<Owner | undefined> {
  const id = poolId !== undefined && isDocumentUrl(clientId) ? documentClientId(poolId, clientId) : clientId
  const found = isClientId(id) ? await findClient(ctx, id) : undefined
  return found && isOffered(found) ? found : undefined
}

/** A client of a document is one only while its pool reads documents. */
export const isOffered = ({ pool, client }: Owner): boolean =>
  client.documentUrl === undefined || readsDocument(pool, client.documentUrl)
