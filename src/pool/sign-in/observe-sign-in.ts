import type { Context } from '../../context.ts'
import { observeResult } from '../clients/observe-result.ts'
import type { Owner } from '../clients/owner.ts'
import { type ChallengeName, challengeNamed } from './challenges/index.ts'
import type { Remembered, Responses, SignIn, Verdict } from './sign-in.ts'

/** Counts refusals. Successes are counted where the tokens are issued. */
export const observingRefusals = <T>(ctx: Context, { pool, client }: Owner, step: () => Promise<T>): Promise<T> =>
  observeResult(step, (result) => {
    if (result !== 'success') ctx.observe('signIn', { poolId: pool.id, clientId: client.id, result })
  })

/** Counts right and wrong answers by challenge. Choosing a challenge is not an answer. */
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
