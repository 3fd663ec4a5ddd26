import { choiceView } from '../views/choice-view.ts'
import type { ChallengePage } from './index.ts'

export const selectMfaType: ChallengePage = {
  view(visit, { parameters }) {
    const { t } = visit
    const factors = JSON.parse(parameters.MFAS_CAN_CHOOSE ?? '[]') as string[]
    return choiceView(visit, { title: t('selectMfa.title'), description: t('selectMfa.description'), factors })
  },
  answer: (_visit, form) => ({ fields: [], responses: { ANSWER: form('answer') } }),
}
