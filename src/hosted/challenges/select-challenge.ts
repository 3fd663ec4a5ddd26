import { choiceView } from '../views/choice-view.ts'
import type { ChallengePage } from './index.ts'

/** Lets the user choose how to sign in, if there is more than one way. */
export const selectChallenge: ChallengePage = {
  view(visit, { username, availableChallenges = [] }) {
    const { t } = visit
    return choiceView(visit, {
      title: t('choice.title'),
      description: t('signingInAs', { username }),
      factors: shownFactors(availableChallenges),
    })
  },
  answer: (_visit, form) => ({ fields: [], responses: { ANSWER: form('answer') } }),
}

/** The page offers the password once, although the API has two challenges for it (PASSWORD and PASSWORD_SRP). */
export const shownFactors = (names: string[]): string[] => {
  const order = ['WEB_AUTHN', 'PASSWORD', 'EMAIL_OTP', 'SMS_OTP']
  return order.filter((name) => names.includes(name))
}
