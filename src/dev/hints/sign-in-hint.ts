import type { Context } from '../../context.ts'
import { findClient } from '../../pool/clients/client.ts'
import { allowedFlows } from '../../pool/clients/client-rules.ts'
import type { Owner } from '../../pool/clients/owner.ts'
import { isCaseSensitive } from '../../pool/pools/pool.ts'

import { type FlowName, flows } from '../../pool/sign-in/flows.ts'
import { findUser } from '../../pool/users/user.ts'
import { listed } from './hint.ts'

/** Members that name the client and the user in a call. */
interface UserCall {
  ClientId?: unknown
  AuthFlow?: unknown
  Username?: unknown
  AuthParameters?: { USERNAME?: unknown } | null
  ChallengeResponses?: { USERNAME?: unknown } | null
}

/** Whether the client may make this call at all. */
export async function flowHint(ctx: Context, { ClientId, AuthFlow }: UserCall): Promise<string | undefined> {
  const owner = typeof ClientId === 'string' ? await findClient(ctx, ClientId) : undefined
  if (!owner || typeof AuthFlow !== 'string' || !Object.hasOwn(flows, AuthFlow)) return undefined
  const { allowedBy } = flows[AuthFlow as FlowName]
  const allowed = allowedFlows(owner.client)
  if (allowed.has(allowedBy)) return undefined
  return `${AuthFlow} needs ${allowedBy} among the ExplicitAuthFlows of client ${ClientId}. ${listed([...allowed], 'It has none.')}`
}

/** Whether the user exists, and in which state: PreventUserExistenceErrors hides this from the client. */
export async function userHint(ctx: Context, input: UserCall): Promise<string | undefined> {
  const owner = typeof input.ClientId === 'string' ? await findClient(ctx, input.ClientId) : undefined
  const name = input.Username ?? input.AuthParameters?.USERNAME ?? input.ChallengeResponses?.USERNAME
  if (!owner || typeof name !== 'string') return undefined
  const user = await findUser(ctx.db, owner.pool, name)
  if (!user) return `Pool ${owner.pool.id} has no such user.${spelling(owner)}`
  if (!user.enabled) return 'The user is disabled.'
  if (user.status !== 'CONFIRMED')
    return `The user is there, in the state ${user.status}; what was typed does not match.`
  return 'The user is there and confirmed; the password or the code is another one.'
}

const spelling = ({ pool }: Owner) => (isCaseSensitive(pool) ? ' Its names are case-sensitive.' : '')

/** How a client with a secret computes the secret hash. */
export async function secretHashHint(ctx: Context, { ClientId }: UserCall): Promise<string | undefined> {
  const owner = typeof ClientId === 'string' ? await findClient(ctx, ClientId) : undefined
  if (!owner || owner.client.secrets.length === 0) return undefined
  return 'The client has a secret: SECRET_HASH is base64(HMAC-SHA256(secret, username + client id)), over the name that is sent. Apps in a browser want a client without a secret.'
}
