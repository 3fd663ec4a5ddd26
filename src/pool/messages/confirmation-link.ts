import type { Context } from '../../context.ts'
import type { Pool } from '../pools/pool.ts'
import { poolPagesUrl } from '../pools/pool-domain.ts'

/** The address behind `{##text##}`: the page that confirms a sign-up, on the pool's domain if it has one. */
export function confirmationLink(
  ctx: Context,
  pool: Pool,
  { clientId, username, code }: { clientId: string; username: string; code: string },
): string {
  const query = new URLSearchParams({ client_id: clientId, user_name: username, confirmation_code: code })
  return `${poolPagesUrl(ctx, pool)}/confirmUser?${query}`
}
