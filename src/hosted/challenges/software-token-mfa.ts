import { codeView } from '../views/code-view.ts'
import { codeReply } from './code-reply.ts'
import type { FactorPage } from './factors.ts'

export const softwareTokenMfa: FactorPage = {
  template: 'code',
  graphic: 'app',
  label: 'factor.SOFTWARE_TOKEN_MFA',
  setUpLabel: 'setUp.SOFTWARE_TOKEN_MFA',
  view(visit, { parameters }) {
    const { t } = visit
    const device = parameters.FRIENDLY_DEVICE_NAME
    const description = device ? t('totp.named', { device }) : t('totp.description')
    return codeView(visit, { title: t('totp.title'), description, graphic: 'app' })
  },
  answer: (visit, form) => codeReply(visit, form, 'SOFTWARE_TOKEN_MFA_CODE'),
}
