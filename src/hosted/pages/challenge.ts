import { answerChallenge, currentChallenge } from '../../pool/sign-in/machine.ts'
import { type ChallengePage, challengePages } from '../challenges/index.ts'
import { explain, refusalOf } from '../refusal.ts'
import { type Answer, again, backToLogin, type Page, type Visit } from '../visit.ts'
import { afterStep } from './after-step.ts'

/** Whatever the sign-in asks for after its first form. */
export const challenge: Page = {
  async get(visit) {
    const current = await find(visit)
    if (!current) return sessionOver(visit)
    return { show: `challenges/${current.name}`, view: current.page.view(visit, current.parameters) }
  },

  async post(visit, form) {
    const { ctx, t, pool, client, state } = visit
    const current = await find(visit)
    if (!current) return sessionOver(visit)
    const { name, page, parameters } = current
    const { fields, values, errors, responses } = page.answer(visit, form, parameters)
    if (errors) return again(visit, 'challenge', { errors, values })

    try {
      const given = { pool, client, challengeName: name, responses, session: state.session, driver: 'page' as const }
      return afterStep(await answerChallenge(ctx, given))
    } catch (thrown) {
      const error = refusalOf(thrown)
      if (error.message.startsWith('Invalid session')) return sessionOver(visit)
      return again(visit, 'challenge', { ...explain(t, error, { fields, byType: page.errorFields }), values })
    }
  },
}

async function find({ ctx, pool, client, state }: Visit) {
  if (!state.session) return undefined
  const current = await currentChallenge(ctx, { pool, client, session: state.session })
  const page: ChallengePage | undefined = current && challengePages[current.name]
  return current && page && { ...current, page }
}

const sessionOver = ({ t }: Visit): Answer => backToLogin({ kind: 'warning', text: t('login.sessionOver') })
