import { firstFactors } from '../../pool/factors/index.ts'
import { choiceView } from '../views/choice-view.ts'
import { factorChoices } from './factor-choices.ts'
import type { ChallengePage } from './index.ts'

/** Lets the user choose how to sign in, if there is more than one way. */
export const selectChallenge: ChallengePage = {
  template: 'SELECT_CHALLENGE',
  view(visit, { username, availableChallenges = [] }) {
    const { t } = visit
    return choiceView(visit, {
      title: t('choice.title'),
      description: t('signingInAs', { username }),
      choices: factorChoices(t, shownFactors(availableChallenges)),
    })
  },
  answer: (_visit, form) => ({ fields: [], responses: { ANSWER: form('answer') } }),
}

/** The page offers the password once, although the API has two challenges for it (PASSWORD and PASSWORD_SRP). */
export const shownFactors = (names: string[]): string[] =>
  firstFactors
    .filter(({ name, first }) => first.pageRank !== undefined && names.includes(name))
    .toSorted((one, other) => one.first.pageRank! - other.first.pageRank!)
    .map(({ name }) => name)
