import type { Context } from '../context.ts'
import { type Client, findClient } from '../pool/clients/client.ts'
import type { Pool } from '../pool/pools/pool.ts'

/** The app that a request names. What can't be a client id is not looked for. */
export async function findApp(
  ctx: Context,
  clientId: string | undefined,
): Promise<{ pool: Pool; client: Client } | undefined> {
  return clientId !== undefined && /^[\w+]{1,128}$/.test(clientId) ? findClient(ctx, clientId) : undefined
}
