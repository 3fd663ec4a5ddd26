import type { RequestContext } from '../../context.ts'
import type { Client } from '../../pool/clients/client.ts'
import { allowsPasskeys } from '../../pool/passkeys/passkey-rules.ts'
import { completeRegistration, startRegistration } from '../../pool/passkeys/register.ts'
import { findRelyingPartyId } from '../../pool/passkeys/relying-party.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import type { User } from '../../pool/users/user.ts'
import { findUserById } from '../../pool/users/user-store.ts'
import { explain, refusalOf } from '../refusal.ts'
import type { Translate } from '../texts/texts.ts'
import { addPasskeyView } from '../views/add-passkey-view.ts'
import { type Answer, again, backToLogin, type Page, type Visit } from '../visit.ts'

export const offersPasskeys = (ctx: RequestContext, pool: Pool, managed: boolean): boolean =>
  managed && allowsPasskeys(pool) && findRelyingPartyId(ctx, pool) !== undefined

/**
 * The last page of a user's first sign-in. The sign-in is done; its result is sealed in the browser until the user adds
 * a passkey or declines.
 */
export const addPasskey: Page = {
  async get(visit) {
    const done = await signedIn(visit)
    if (!done) return sessionOver(visit)
    const { ctx, pool, client } = visit
    const options = await startRegistration(ctx, { pool, client, user: done.user })
    return { show: 'pages/add-passkey', view: addPasskeyView(visit, { form: visit.form('addPasskey'), options }) }
  },

  async post(visit, form) {
    const done = await signedIn(visit)
    if (!done) return sessionOver(visit)
    if (form('later')) return { finish: done }
    const { ctx, t, pool, client } = visit
    const refused = await register(ctx, t, { pool, client, user: done.user }, form('credential'))
    return refused ? again(visit, 'addPasskey', refused) : { finish: done }
  },
}

/** The error to show if no passkey was created. */
export async function register(
  ctx: RequestContext,
  t: Translate,
  owner: { pool: Pool; client: Client; user: User },
  credential: string,
) {
  try {
    await completeRegistration(ctx, owner, parse(credential))
    return undefined
  } catch (thrown) {
    const error = refusalOf(thrown)
    if (error.type === 'LimitExceededException') return explain(t, error, { fields: [] })
    return { alert: { kind: 'error' as const, text: t('addPasskey.failed') } }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const patience = 10 * 60_000

async function signedIn({ ctx, pool, state }: Visit) {
  const { done } = state
  if (!done || ctx.clock.now().getTime() - done.proven.at > patience) return undefined
  const user = await findUserById(ctx.db, pool.id, done.userId)
  return user?.enabled ? { user, proven: done.proven } : undefined
}

const sessionOver = ({ t }: Visit): Answer => backToLogin({ kind: 'warning', text: t('login.sessionOver') })
