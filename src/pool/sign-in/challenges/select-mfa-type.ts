import { InvalidParameter } from '../../../model/errors.ts'
import { secondFactors } from '../../factors/index.ts'
import { requireParameters } from '../flows.ts'
import { requiredFactor } from '../second-factor.ts'
import type { Challenge } from '../sign-in.ts'

/** The user chooses among several second factors. */
export const selectMfaType: Challenge = {
  answers: 10,
  pageLifetime: 3 * 60,

  ask(_ctx, signIn) {
    const factors = JSON.stringify(choices(signIn))
    // Clients read the first name; the guide writes the second.
    return { parameters: { MFAS_CAN_CHOOSE: factors, MFAS_CAN_SELECT: factors } }
  },

  verify(_ctx, signIn, responses) {
    requireParameters(responses, ['ANSWER'])
    const alias = secondFactors.find(({ second }) => second.alias === responses.ANSWER)
    const answer = alias?.name ?? responses.ANSWER
    const secondFactor = choices(signIn).find((name) => name === answer)
    if (!secondFactor) throw new InvalidParameter('Selected MFA type is not available.')
    return { state: { secondFactor } }
  },
}

function choices(signIn: Parameters<Challenge['ask']>[1]) {
  const required = requiredFactor(signIn)
  return required.kind === 'choose' ? required.factors : []
}
