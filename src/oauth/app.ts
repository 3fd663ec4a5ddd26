import type { Context } from '../context.ts'
import { type Client, findClient } from '../pool/clients/client.ts'
import type { Pool } from '../pool/pools/pool.ts'

export const isClientId = (text: string | undefined): text is string =>
  text !== undefined && /^[\w+]{1,128}$/.test(text)

/** The app that a request names. A text that can't be a client id is not looked up. */
export async function findApp(
  ctx: Context,
  clientId: string | undefined,
): Promise<{ pool: Pool; client: Client } | undefined> {
  return isClientId(clientId) ? findClient(ctx, clientId) : undefined
}
