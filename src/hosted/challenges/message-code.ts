import type { TextKey } from '../texts/texts.ts'
import { codeView } from '../views/code-view.ts'
import { codeReply } from './code-reply.ts'
import type { FactorPage } from './factors.ts'

interface Facts {
  graphic: 'envelope' | 'phone'
  medium: 'EMAIL' | 'SMS'
  title: TextKey
  label: TextKey
  setUpLabel?: TextKey
  response: string
}

/** A code sent to the user's email address or phone. */
function messageCode({ graphic, medium, title, label, setUpLabel, response }: Facts): FactorPage {
  return {
    template: 'code',
    graphic,
    label,
    setUpLabel,
    view: (visit, { parameters }) =>
      codeView(visit, {
        title: visit.t(title),
        delivery: { medium, destination: parameters.CODE_DELIVERY_DESTINATION ?? '' },
        graphic,
      }),
    answer: (visit, form) => codeReply(visit, form, response),
  }
}

export const emailOtp = messageCode({
  graphic: 'envelope',
  medium: 'EMAIL',
  title: 'code.emailTitle',
  label: 'factor.EMAIL_OTP',
  setUpLabel: 'setUp.EMAIL_OTP',
  response: 'EMAIL_OTP_CODE',
})

const sms = { graphic: 'phone', medium: 'SMS', title: 'code.smsTitle', label: 'factor.SMS' } as const

export const smsOtp = messageCode({ ...sms, response: 'SMS_OTP_CODE' })
export const smsMfa = messageCode({ ...sms, setUpLabel: 'setUp.SMS_MFA', response: 'SMS_MFA_CODE' })
