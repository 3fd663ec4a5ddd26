import type { ServiceError } from '../../model/errors.ts'
import { answerChallenge, startSignIn } from '../../pool/sign-in/machine.ts'
import { askAgain, currentChallenge } from '../../pool/sign-in/pending-challenge.ts'
import { queuePassword } from '../../pool/sign-in/settle.ts'
import { type Asked, type ChallengePage, challengePages } from '../challenges/index.ts'
import { explain, refusalOf } from '../refusal.ts'
import { type Answer, again, backToLogin, type Page, type Visit } from '../visit.ts'
import { afterStep } from './after-step.ts'

/** Every challenge that follows the first form. */
export const challenge: Page = {
  async get(visit) {
    const current = await find(visit)
    if (!current) return sessionOver(visit)
    return { show: `challenges/${current.page.template}`, view: await current.page.view(visit, current) }
  },

  async post(visit, form) {
    const { ctx, t, pool, client, state } = visit
    const current = await find(visit)
    if (!current) return sessionOver(visit)
    const { name, page, session } = current
    const owner = { pool, client, driver: 'page' as const }

    try {
      if (form('another')) {
        const started = await startSignIn(ctx, {
          ...owner,
          flow: 'USER_AUTH',
          parameters: { USERNAME: current.username },
        })
        return await afterStep(visit, started)
      }
      if (form('resend')) {
        const step = await askAgain(ctx, { ...owner, session })
        const next = step.kind === 'challenge' ? { ...state, session: step.session } : state
        return again({ state: next }, 'challenge', { alert: { kind: 'success', text: t('confirm.resent') } })
      }
    } catch (thrown) {
      return refused(visit, refusalOf(thrown), current, { fields: [] })
    }

    const reply = page.answer(visit, form, current)
    if ('remember' in reply) return { go: 'challenge', state: { ...state, ...reply.remember } }
    const { values, errors, responses } = reply
    if (errors) return again(visit, 'challenge', { errors, values })
    try {
      const step = await queuePassword(ctx, pool, { ...responses, USERNAME: current.username }, () =>
        answerChallenge(ctx, { ...owner, challengeName: name, responses, session }),
      )
      return await afterStep(visit, step)
    } catch (thrown) {
      return refused(visit, refusalOf(thrown), current, reply)
    }
  },
}

type Current = Asked & { page: ChallengePage; name: string; session: string }

function refused(
  visit: Visit,
  error: ServiceError,
  { page, username }: Current,
  { fields, values }: { fields: string[]; values?: Record<string, string> },
): Answer {
  if (error.reason === 'session-over') return sessionOver(visit)
  if (error.type === 'UserNotConfirmedException') return { go: 'confirm', state: { username } }
  if (error.type === 'PasswordResetRequiredException') return { go: 'confirmForgotPassword', state: { username } }
  const { errorFields: byReason } = page
  return again(visit, 'challenge', { ...explain(visit.t, error, { fields, byReason }), values })
}

async function find({ ctx, pool, client, state }: Visit): Promise<Current | undefined> {
  const { session } = state
  if (!session) return undefined
  const current = await currentChallenge(ctx, { pool, client, session })
  const page = current && challengePages[current.name]
  return current && page && { ...current, page, session }
}

const sessionOver = ({ t }: Visit): Answer => backToLogin({ kind: 'warning', text: t('login.sessionOver') })
