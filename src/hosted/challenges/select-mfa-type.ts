import { choiceView } from '../views/choice-view.ts'
import { factorChoices } from './factor-choices.ts'
import type { ChallengePage } from './index.ts'

export const selectMfaType: ChallengePage = {
  template: 'SELECT_MFA_TYPE',
  view(visit, { parameters }) {
    const { t } = visit
    const factors = JSON.parse(parameters.MFAS_CAN_CHOOSE ?? '[]') as string[]
    return choiceView(visit, {
      title: t('selectMfa.title'),
      description: t('selectMfa.description'),
      choices: factorChoices(t, factors),
    })
  },
  answer: (_visit, form) => ({ fields: [], responses: { ANSWER: form('answer') } }),
}
