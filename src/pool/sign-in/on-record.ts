import { ServiceError } from '../../model/errors.ts'
import type { Owner } from '../clients/owner.ts'
import type { MaybeRequest } from '../sessions/caller.ts'
import { isMultiFactor } from '../tokens/proven.ts'
import { peekSession } from './session.ts'
import type { Step } from './sign-in.ts'

/**
 * One step of a sign-in. In the operators' pool its success and every refusal go to the audit; elsewhere this costs
 * nothing.
 */
export async function onRecord(
  ctx: MaybeRequest,
  { pool, client, typed, session }: Owner & { typed?: string; session?: string },
  run: () => Promise<Step>,
): Promise<Step> {
  const { recordSignIn } = ctx
  if (!pool.isOfOperators || !recordSignIn) return run()
  const attempt = { pool, clientId: client.id }
  let step: Step
  try {
    step = await run()
  } catch (error) {
    // Failures of the database or this node say nothing about the user.
    if (!(error instanceof ServiceError)) throw error
    const name = typed ?? (session === undefined ? undefined : await nameIn(ctx, { pool, client }, session))
    await recordSignIn(ctx, { ...attempt, typed: name, error: error.type })
    throw error
  }
  if (step.kind === 'done') {
    const { user, proven } = step
    await recordSignIn(ctx, { ...attempt, signedIn: { userId: user.id, hasMultiFactor: isMultiFactor(proven) } })
  }
  return step
}

/** A page's answer has no name, but its session is still there after a wrong answer. */
async function nameIn(ctx: MaybeRequest, owner: Owner, session: string): Promise<string | undefined> {
  const found = await peekSession(ctx, owner, session).catch(() => undefined)
  return found?.state.username
}
