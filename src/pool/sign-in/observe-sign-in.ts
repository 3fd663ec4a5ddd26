import type { Context } from '../../context.ts'
import { observeResult } from '../clients/observe-result.ts'
import type { Owner } from '../clients/owner.ts'
import { type ChallengeName, challengeNamed } from './challenges/index.ts'
import type { Remembered, Responses, SignIn, Verdict } from './sign-in.ts'

/** Tells that a step of a sign-in was refused. That it ended well is told where its tokens are issued. */
export const observingRefusals = <T>(ctx: Context, { pool, client }: Owner, step: () => Promise<T>): Promise<T> =>
  observeResult(step, (result) => {
    if (result !== 'success') ctx.observe('signIn', { poolId: pool.id, clientId: client.id, result })
  })

/** Tells which challenges are answered rightly and which are not. A choice among challenges is no answer to one. */
export function verifyAnswer(
  ctx: Context,
  signIn: SignIn,
  name: ChallengeName,
  { responses, remembered }: { responses: Responses; remembered: Remembered },
): Promise<Verdict> {
  const owner = { poolId: signIn.pool.id, clientId: signIn.client.id }
  return observeResult(
    async () => challengeNamed(name).verify(ctx, signIn, responses, remembered),
    (result) => {
      if (name !== 'SELECT_CHALLENGE') ctx.observe('challenge', { ...owner, challenge: name, result })
    },
  )
}
