/** The texts of messages, which the API spreads over four members of two operations, as one flat list and back. */
import type { PoolChange, PoolType } from '../../api/merge.ts'
import type { CognitoInput, CognitoOutput } from '../../api/wire.ts'
import { texts } from '../../texts/texts.ts'

export type MfaConfig = CognitoOutput<'GetUserPoolMfaConfig'>

export interface MessageSettings {
  from: string
  replyTo: string
  account: 'COGNITO_DEFAULT' | 'DEVELOPER'
  sourceArn: string
  configurationSet: string
  option: 'CONFIRM_WITH_CODE' | 'CONFIRM_WITH_LINK'
  codeSubject: string
  codeBody: string
  codeSms: string
  linkSubject: string
  linkBody: string
  inviteSubject: string
  inviteBody: string
  inviteSms: string
  mfaSubject: string
  mfaBody: string
  mfaSms: string
}

type Name = keyof MessageSettings

/** The members of the API by our names. */
const mailMembers = {
  from: 'From',
  replyTo: 'ReplyToEmailAddress',
  account: 'EmailSendingAccount',
  sourceArn: 'SourceArn',
  configurationSet: 'ConfigurationSet',
}
const templateMembers = {
  option: 'DefaultEmailOption',
  codeSubject: 'EmailSubject',
  codeBody: 'EmailMessage',
  codeSms: 'SmsMessage',
  linkSubject: 'EmailSubjectByLink',
  linkBody: 'EmailMessageByLink',
}
const inviteMembers = { inviteSubject: 'EmailSubject', inviteBody: 'EmailMessage', inviteSms: 'SMSMessage' }
const mfaMembers = { mfaSubject: 'Subject', mfaBody: 'Message' }

export function settingsOf(pool: PoolType, mfa: MfaConfig): MessageSettings {
  const template = pool.VerificationMessageTemplate
  return {
    ...read(mailMembers, pool.EmailConfiguration),
    ...read(templateMembers, template),
    ...read(inviteMembers, pool.AdminCreateUserConfig?.InviteMessageTemplate),
    ...read(mfaMembers, mfa.EmailMfaConfiguration),
    account: pool.EmailConfiguration?.EmailSendingAccount ?? 'COGNITO_DEFAULT',
    option: template?.DefaultEmailOption ?? 'CONFIRM_WITH_CODE',
    mfaSms: mfa.SmsMfaConfiguration?.SmsAuthenticationMessage ?? pool.SmsAuthenticationMessage ?? '',
  }
}

function read<Ours extends string>(members: Record<Ours, string>, from: object = {}): Record<Ours, string> {
  const values = from as Record<string, string | undefined>
  const entries = (Object.keys(members) as Ours[]).map((name) => [name, values[members[name]] ?? ''])
  return Object.fromEntries(entries)
}

/** What is there, with what is changed; what is emptied is left out, which is how the API gives up a text. */
function merged<T extends object>(
  current: T | undefined,
  members: Partial<Record<Name, string>>,
  draft: MessageSettings,
  changed: readonly string[],
): T | undefined {
  const names = (Object.keys(members) as Name[]).filter((name) => changed.includes(name))
  if (names.length === 0) return undefined
  const result: Record<string, unknown> = { ...current }
  for (const name of names) {
    if (draft[name] === '') delete result[members[name]!]
    else result[members[name]!] = draft[name]
  }
  return result as T
}

export function poolChangeOf(pool: PoolType, draft: MessageSettings, changed: readonly string[]): PoolChange {
  const EmailConfiguration = merged(pool.EmailConfiguration, mailMembers, draft, changed)
  const VerificationMessageTemplate = merged(pool.VerificationMessageTemplate, templateMembers, draft, changed)
  const InviteMessageTemplate = merged(pool.AdminCreateUserConfig?.InviteMessageTemplate, inviteMembers, draft, changed)
  return {
    ...(EmailConfiguration && { EmailConfiguration }),
    ...(VerificationMessageTemplate && { VerificationMessageTemplate }),
    ...(InviteMessageTemplate && { AdminCreateUserConfig: { ...pool.AdminCreateUserConfig, InviteMessageTemplate } }),
    ...(changed.includes('mfaSms') && { SmsAuthenticationMessage: draft.mfaSms || undefined }),
  }
}

/** The texts of a second factor that is on stand beside it; all else is sent as it is. */
export function mfaChangeOf(
  UserPoolId: string,
  mfa: MfaConfig,
  draft: MessageSettings,
  changed: readonly string[],
): CognitoInput<'SetUserPoolMfaConfig'> | undefined {
  const email = merged(mfa.EmailMfaConfiguration, mfaMembers, draft, changed)
  const sms =
    mfa.SmsMfaConfiguration && merged(mfa.SmsMfaConfiguration, { mfaSms: 'SmsAuthenticationMessage' }, draft, changed)
  if (!email && !sms) return undefined
  const { MfaConfiguration, SoftwareTokenMfaConfiguration, SmsMfaConfiguration, WebAuthnConfiguration } = mfa
  return {
    UserPoolId,
    MfaConfiguration,
    ...(MfaConfiguration !== 'OFF' && { SoftwareTokenMfaConfiguration }),
    SmsMfaConfiguration: sms ?? SmsMfaConfiguration,
    EmailMfaConfiguration: email ?? mfa.EmailMfaConfiguration,
    WebAuthnConfiguration,
  }
}

const f = texts.messages.faults
const hasCode = (text: string) => text.includes('{####}')
const hasLink = (text: string) => /\{##[^{}]+##\}/.test(text)
const isInvitation = (text: string) => hasCode(text) && text.includes('{username}')

const placeholderFault = (text: string, holds: (text: string) => boolean, fault: string) =>
  text === '' || holds(text) ? undefined : fault
const lengthFault = (text: string, limit: number, fault: string) => (text.length > limit ? fault : undefined)

/** What the server would refuse, by the field. */
export function faultsOf(draft: MessageSettings): Partial<Record<Name, string>> {
  const mail = (text: string, holds: (text: string) => boolean, fault: string) =>
    placeholderFault(text, holds, fault) ?? lengthFault(text, 20_000, f.mail)
  const sms = (text: string, holds: (text: string) => boolean, fault: string) =>
    placeholderFault(text, holds, fault) ?? lengthFault(text, 140, f.sms)
  const faults: [Name, string | undefined][] = [
    ['codeBody', mail(draft.codeBody, hasCode, f.code)],
    ['linkBody', mail(draft.linkBody, hasLink, f.link)],
    ['inviteBody', mail(draft.inviteBody, isInvitation, f.invite)],
    ['mfaBody', mail(draft.mfaBody, hasCode, f.code)],
    ['codeSms', sms(draft.codeSms, hasCode, f.code)],
    ['inviteSms', sms(draft.inviteSms, isInvitation, f.invite)],
    ['mfaSms', sms(draft.mfaSms, hasCode, f.code)],
    ...(['codeSubject', 'linkSubject', 'inviteSubject', 'mfaSubject'] as const).map(
      (name): [Name, string | undefined] => [name, lengthFault(draft[name], 140, f.subject)],
    ),
  ]
  return Object.fromEntries(faults.filter(([, fault]) => fault !== undefined))
}
