import { codeView } from '../views/code-view.ts'
import { codeReply } from './code-reply.ts'
import type { ChallengePage } from './index.ts'

/** A code sent to the user's email address or phone. */
function messageCode(graphic: 'envelope' | 'phone', response: string): ChallengePage {
  return {
    view: (visit, { parameters }) =>
      codeView(visit, {
        title: visit.t(graphic === 'envelope' ? 'code.emailTitle' : 'code.smsTitle'),
        delivery: {
          medium: graphic === 'envelope' ? 'EMAIL' : 'SMS',
          destination: parameters.CODE_DELIVERY_DESTINATION ?? '',
        },
        graphic,
      }),
    answer: (visit, form) => codeReply(visit, form, response),
  }
}

export const emailOtp = messageCode('envelope', 'EMAIL_OTP_CODE')
export const smsOtp = messageCode('phone', 'SMS_OTP_CODE')
export const smsMfa = messageCode('phone', 'SMS_MFA_CODE')
