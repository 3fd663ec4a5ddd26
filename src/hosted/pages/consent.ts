import { consentView } from '../views/consent-view.ts'
import { backToLogin, type Page } from '../visit.ts'

/** Asks the user to allow what the app requests, if no administrator has approved the app. */
export const consent: Page = {
  async get(visit) {
    const { question } = visit.request
    const session = question && (await visit.session())
    if (!question || session?.user.id !== question.userId) return { go: 'login', state: {} }
    return { show: 'pages/consent', view: consentView(visit, { ...question, user: session.user }) }
  },

  post(visit, form) {
    if (!visit.request.question) return { go: 'login', state: {} }
    if (form('answer') !== 'allow') return { deny: true }
    return { allow: backToLogin({ kind: 'warning', text: visit.t('login.sessionOver') }) }
  },
}
