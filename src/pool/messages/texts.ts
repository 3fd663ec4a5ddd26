import type { PoolSettings } from '../../model/settings.ts'
import { type MessageTranslation, translations } from './translations.ts'

export type MessageKind =
  | 'SignUp'
  | 'ResendCode'
  | 'ForgotPassword'
  | 'UpdateUserAttribute'
  | 'VerifyUserAttribute'
  | 'AdminCreateUser'
  | 'Authentication'

/** Named as in the answer of a CustomMessage trigger, which replaces the pool's own texts. */
export interface MessageTexts {
  smsMessage?: string
  emailMessage?: string
  emailSubject?: string
}

/** The service's own words. */
const english: MessageTranslation = {
  verification: 'Your verification code is {####}. ',
  verificationSubject: 'Your verification code',
  authentication: 'Your authentication code is {####}. ',
  authenticationSubject: 'Your authentication code',
  link: 'Please click the link below to verify your email address. {##Verify Email##} ',
  linkSubject: 'Your verification link',
  approval: '{app} asks for your approval. {##Review the request##}',
  approvalSubject: '{app} asks for your approval',
}
const invitation = 'Your username is {username} and temporary password is {####}. '

export interface MessageOccasion {
  kind: MessageKind
  byLink: boolean
  /** The language of the page that sends the message. */
  language?: string
}

/**
 * The pool's text for a message, with its placeholders. Where the pool has none: the default text in the language of
 * the page, or the service's English where no page is involved.
 */
export function messageTexts(settings: PoolSettings, occasion: MessageOccasion): Required<MessageTexts> {
  if (occasion.kind === 'AdminCreateUser') return invitationTexts(settings)
  const defaults = translationFor(occasion.language)
  if (occasion.kind === 'Authentication') return authenticationTexts(settings, defaults)
  return { ...verificationTexts(settings, defaults), ...(occasion.byLink && linkTexts(settings, defaults)) }
}

export const translationFor = (language: string | undefined): MessageTranslation =>
  language !== undefined && Object.hasOwn(translations, language) ? translations[language]! : english

function invitationTexts({ AdminCreateUserConfig }: PoolSettings): Required<MessageTexts> {
  const template = AdminCreateUserConfig?.InviteMessageTemplate
  return {
    smsMessage: template?.SMSMessage ?? invitation,
    emailMessage: template?.EmailMessage ?? invitation,
    emailSubject: template?.EmailSubject ?? 'Your temporary password',
  }
}

function authenticationTexts(settings: PoolSettings, defaults: MessageTranslation): Required<MessageTexts> {
  const email = settings.EmailMfaConfiguration
  const sms = settings.SmsMfaConfiguration?.SmsAuthenticationMessage ?? settings.SmsAuthenticationMessage
  return {
    smsMessage: sms ?? defaults.authentication,
    emailMessage: email?.Message ?? defaults.authentication,
    emailSubject: email?.Subject ?? defaults.authenticationSubject,
  }
}

function verificationTexts(settings: PoolSettings, defaults: MessageTranslation): Required<MessageTexts> {
  const template = settings.VerificationMessageTemplate
  return {
    smsMessage: template?.SmsMessage ?? settings.SmsVerificationMessage ?? defaults.verification,
    emailMessage: template?.EmailMessage ?? settings.EmailVerificationMessage ?? defaults.verification,
    emailSubject: template?.EmailSubject ?? settings.EmailVerificationSubject ?? defaults.verificationSubject,
  }
}

const linkTexts = ({ VerificationMessageTemplate: template }: PoolSettings, defaults: MessageTranslation) => ({
  emailMessage: template?.EmailMessageByLink ?? defaults.link,
  emailSubject: template?.EmailSubjectByLink ?? defaults.linkSubject,
})

/** A sign-up is confirmed by a link where the pool is set up so; every other message has a code. */
export function confirmsByLink(settings: PoolSettings, kind: MessageKind): boolean {
  const option = settings.VerificationMessageTemplate?.DefaultEmailOption
  return option === 'CONFIRM_WITH_LINK' && (kind === 'SignUp' || kind === 'ResendCode')
}
