import type { PoolSettings } from '../../model/settings.ts'

export type MessageKind =
  | 'SignUp'
  | 'ResendCode'
  | 'ForgotPassword'
  | 'UpdateUserAttribute'
  | 'VerifyUserAttribute'
  | 'AdminCreateUser'
  | 'Authentication'

/** The names of a CustomMessage trigger's answer: what it gives replaces the pool's own texts. */
export interface MessageTexts {
  smsMessage?: string
  emailMessage?: string
  emailSubject?: string
}

const verification = 'Your verification code is {####}. '
const authentication = 'Your authentication code is {####}. '
const invitation = 'Your username is {username} and temporary password is {####}. '

/** The pool's text for a message, placeholders unfilled; the service's default where the pool has none. */
export function messageTexts(settings: PoolSettings, kind: MessageKind, byLink: boolean): Required<MessageTexts> {
  if (kind === 'AdminCreateUser') {
    const template = settings.AdminCreateUserConfig?.InviteMessageTemplate
    return {
      smsMessage: template?.SMSMessage ?? invitation,
      emailMessage: template?.EmailMessage ?? invitation,
      emailSubject: template?.EmailSubject ?? 'Your temporary password',
    }
  }
  if (kind === 'Authentication') {
    const email = settings.EmailMfaConfiguration
    return {
      smsMessage:
        settings.SmsMfaConfiguration?.SmsAuthenticationMessage ?? settings.SmsAuthenticationMessage ?? authentication,
      emailMessage: email?.Message ?? authentication,
      emailSubject: email?.Subject ?? 'Your authentication code',
    }
  }
  const template = settings.VerificationMessageTemplate
  const smsMessage = template?.SmsMessage ?? settings.SmsVerificationMessage ?? verification
  if (byLink) {
    return {
      smsMessage,
      emailMessage:
        template?.EmailMessageByLink ?? 'Please click the link below to verify your email address. {##Verify Email##} ',
      emailSubject: template?.EmailSubjectByLink ?? 'Your verification link',
    }
  }
  return {
    smsMessage,
    emailMessage: template?.EmailMessage ?? settings.EmailVerificationMessage ?? verification,
    emailSubject: template?.EmailSubject ?? settings.EmailVerificationSubject ?? 'Your verification code',
  }
}

/** Sign-up is confirmed by a link where the pool says so; every other message carries a code. */
export function confirmsByLink(settings: PoolSettings, kind: MessageKind): boolean {
  const option = settings.VerificationMessageTemplate?.DefaultEmailOption
  return option === 'CONFIRM_WITH_LINK' && (kind === 'SignUp' || kind === 'ResendCode')
}
