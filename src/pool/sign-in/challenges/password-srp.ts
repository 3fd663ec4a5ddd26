import { isSrpA } from '../../../lib/srp.ts'
import { InvalidParameter } from '../../../model/errors.ts'
import { hasPassword } from '../first-factor-rules.ts'
import { requireParameters } from '../flows.ts'
import type { Challenge } from '../sign-in.ts'

/** The client's half of SRP, which proves nothing yet: the proof is the answer to PASSWORD_VERIFIER. */
export const passwordSrp: Challenge = {
  answers: 10,
  isOffered: hasPassword,
  answeredEarlyBy: 'SRP_A',

  ask: () => ({ parameters: {} }),

  verify(_ctx, _signIn, responses) {
    requireParameters(responses, ['SRP_A'])
    if (!isSrpA(responses.SRP_A!)) throw new InvalidParameter('Invalid SRP_A.', { field: 'SRP_A' })
    return { state: { first: 'PASSWORD_VERIFIER', srpA: responses.SRP_A } }
  },
}
