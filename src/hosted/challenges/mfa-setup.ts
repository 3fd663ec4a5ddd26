import { findSecondFactor } from '../../pool/factors/index.ts'
import { softwareTokenMfa } from '../../pool/factors/software-token-mfa.ts'
import { attributeOf as attributeFrom, typedIn } from '../views/attribute-field.ts'
import { choiceView } from '../views/choice-view.ts'
import { setUpAddressView, setUpAppView } from '../views/set-up-view.ts'
import { emptyFields } from '../visit.ts'
import { codeReply } from './code-reply.ts'
import { setUpChoices } from './factor-choices.ts'
import type { Asked, ChallengePage } from './index.ts'

/** A single factor is set up directly. If there are several, the user picks one first and the page remembers it. */
export const mfaSetup: ChallengePage = {
  template: 'MFA_SETUP',
  view(visit, asked) {
    const { t, state } = visit
    const factors = factorsOf(asked)
    const factor = chosen(asked, state.setUp)
    const several = factors.length > 1
    if (factor === softwareTokenMfa.name) return setUpAppView(visit, { ...asked, several })
    if (factor) return setUpAddressView(visit, { attribute: findSecondFactor(factor)!.sendsTo!, several })
    const [title, description] = [t('setUp.title'), t('setUp.description')]
    return choiceView(visit, { title, description, choices: setUpChoices(t, factors) })
  },

  answer(visit, form, asked) {
    const choice = form('answer')
    if (choice) return { remember: { setUp: choice === 'other' ? undefined : choice } }
    const factor = chosen(asked, visit.state.setUp)
    if (factor === softwareTokenMfa.name) return codeReply(visit, form, 'SOFTWARE_TOKEN_MFA_CODE')
    const name = findSecondFactor(factor ?? '')?.sendsTo ?? 'email'
    const value = attributeFrom(form, name)
    return {
      fields: [name],
      responses: { [name === 'email' ? 'EMAIL' : 'PHONE_NUMBER']: value },
      values: typedIn(form, [name]),
      errors: emptyFields(visit, { [name]: value }),
    }
  },
}

const factorsOf = ({ parameters }: Asked): string[] => JSON.parse(parameters.MFAS_CAN_SETUP ?? '[]')

function chosen(asked: Asked, setUp: string | undefined): string | undefined {
  const factors = factorsOf(asked)
  return factors.length === 1 ? factors[0] : factors.find((name) => name === setUp)
}
