import type { Context } from '../../context.ts'
import { uuidv4 } from '../../lib/ids.ts'
import { signJwt } from '../../lib/jwt.ts'
import { isOn } from '../../model/extensions.ts'
import { type Client, clientAt } from '../clients/client.ts'
import { callProvider } from '../identity-providers/provider-call.ts'
import { type Pool, poolIssuer } from '../pools/pool.ts'
import { clientsSignedIn, type EndedSession } from './logout-store.ts'
import { signingAlgorithm, signingKeys } from './signing-keys.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'
const lifetime = 120
/** An app that can't be reached is tried again after these many milliseconds. */
const retries = [0, 3000, 15_000]

/** The apps that a user is signed in to, where they want to be notified of the logout. */
export async function appsToTell(ctx: Context, pool: Pool, ended: EndedSession): Promise<Client[]> {
  const rows = await clientsSignedIn(ctx.db, ended, ctx.clock.now())
  const clients = await Promise.all(rows.map(({ clientId, revision }) => clientAt(ctx, pool.id, clientId, revision)))
  return clients.filter((client) => client !== undefined)
}

/**
 * Notifies the apps of a user that the sign-in has ended (OpenID Connect Back-Channel Logout). Nobody waits for it: an
 * app that does not answer can't keep the user signed in here. Costs a statement where the pool has it on.
 */
export async function announceLogout(ctx: Context, pool: Pool, ended: Omit<EndedSession, 'poolId'>): Promise<void> {
  if (!isOn('BackChannelLogout', pool)) return
  tellByBackChannel(ctx, pool, ended, await appsToTell(ctx, pool, { ...ended, poolId: pool.id }))
}

export function tellByBackChannel(
  ctx: Context,
  pool: Pool,
  ended: Omit<EndedSession, 'poolId'>,
  clients: Client[],
): void {
  for (const client of clients) {
    const uri = client.extensions?.Standards?.BackChannelLogoutUri
    if (!uri || !isOn('BackChannelLogout', pool, client)) continue
    tell(ctx, pool, { ...ended, client, uri }).catch((error) => {
      ctx.log.warn({ err: error, poolId: pool.id, clientId: client.id }, 'an app could not be notice of a sign-out')
    })
  }
}

async function tell(
  ctx: Context,
  pool: Pool,
  notice: { userId: string; sid?: string; client: Client; uri: string },
): Promise<void> {
  const jti = uuidv4()
  for (const [index, wait] of retries.entries()) {
    await new Promise((resolve) => setTimeout(resolve, wait).unref())
    const body = new URLSearchParams({ logout_token: await logoutToken(ctx, pool, { ...notice, jti }) })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    try {
      const { status } = await callProvider(ctx, notice.uri, { method: 'POST', headers, body: String(body) })
      if (status < 500) return
    } catch (error) {
      if (index === retries.length - 1) throw error
    }
  }
  throw new Error('The app answers with failures')
}

async function logoutToken(
  ctx: Context,
  pool: Pool,
  { userId, sid, client, jti }: { userId: string; sid?: string; client: Client; jti: string },
): Promise<string> {
  const { id } = await signingKeys(ctx, pool)
  const iat = Math.floor(ctx.clock.now().getTime() / 1000)
  const claims = {
    iss: poolIssuer(ctx, pool),
    aud: client.id,
    sub: userId,
    sid,
    iat,
    exp: iat + lifetime,
    jti,
    events: { [event]: {} },
  }
  return signJwt(id.kid, claims, id.privateKey, { alg: signingAlgorithm(pool), typ: 'logout+jwt' })
}
