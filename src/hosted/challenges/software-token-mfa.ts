import { codeView } from '../views/code-view.ts'
import { codeReply } from './code-reply.ts'
import type { ChallengePage } from './index.ts'

export const softwareTokenMfa: ChallengePage = {
  view(visit, { parameters }) {
    const { t } = visit
    const device = parameters.FRIENDLY_DEVICE_NAME
    const description = device ? t('totp.named', { device }) : t('totp.description')
    return codeView(visit, { title: t('totp.title'), description, graphic: 'app' })
  },
  answer: (visit, form) => codeReply(visit, form, 'SOFTWARE_TOKEN_MFA_CODE'),
}
