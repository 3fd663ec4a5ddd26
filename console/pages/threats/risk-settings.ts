import type { CognitoInput, CognitoOutput } from '../../api/wire.ts'

export type Risk = NonNullable<CognitoOutput<'DescribeRiskConfiguration'>['RiskConfiguration']>
type Takeover = NonNullable<Risk['AccountTakeoverRiskConfiguration']>
type Action = 'NO_ACTION' | 'MFA_IF_CONFIGURED' | 'MFA_REQUIRED' | 'BLOCK'

export const levels = ['low', 'medium', 'high'] as const
export const notices = ['block', 'noAction', 'mfa'] as const

export interface RiskSettings {
  low: Action
  lowNotify: boolean
  medium: Action
  mediumNotify: boolean
  high: Action
  highNotify: boolean
  compromised: 'UNSET' | 'NO_ACTION' | 'BLOCK'
  events: string[]
  blocked: string[]
  skipped: string[]
  sourceArn: string
  from: string
  replyTo: string
  blockSubject: string
  blockHtml: string
  blockText: string
  noActionSubject: string
  noActionHtml: string
  noActionText: string
  mfaSubject: string
  mfaHtml: string
  mfaText: string
}

export function settingsOf(risk: Risk): RiskSettings {
  const { Actions, NotifyConfiguration: notify } = risk.AccountTakeoverRiskConfiguration ?? {}
  const { Actions: onCompromised, EventFilter } = risk.CompromisedCredentialsRiskConfiguration ?? {}
  const { BlockedIPRangeList = [], SkippedIPRangeList = [] } = risk.RiskExceptionConfiguration ?? {}
  const mail = { block: notify?.BlockEmail, noAction: notify?.NoActionEmail, mfa: notify?.MfaEmail }
  return {
    low: Actions?.LowAction?.EventAction ?? 'NO_ACTION',
    lowNotify: Actions?.LowAction?.Notify ?? false,
    medium: Actions?.MediumAction?.EventAction ?? 'NO_ACTION',
    mediumNotify: Actions?.MediumAction?.Notify ?? false,
    high: Actions?.HighAction?.EventAction ?? 'NO_ACTION',
    highNotify: Actions?.HighAction?.Notify ?? false,
    compromised: onCompromised?.EventAction ?? 'UNSET',
    events: EventFilter ?? [],
    blocked: BlockedIPRangeList,
    skipped: SkippedIPRangeList,
    sourceArn: notify?.SourceArn ?? '',
    from: notify?.From ?? '',
    replyTo: notify?.ReplyTo ?? '',
    ...(Object.fromEntries(
      notices.flatMap((name) => [
        [`${name}Subject`, mail[name]?.Subject ?? ''],
        [`${name}Html`, mail[name]?.HtmlBody ?? ''],
        [`${name}Text`, mail[name]?.TextBody ?? ''],
      ]),
    ) as Pick<
      RiskSettings,
      | 'blockSubject'
      | 'blockHtml'
      | 'blockText'
      | 'noActionSubject'
      | 'noActionHtml'
      | 'noActionText'
      | 'mfaSubject'
      | 'mfaHtml'
      | 'mfaText'
    >),
  }
}

/** With the draft's own value of what is changed, and the server's of the rest. */
export const merged = (current: RiskSettings, draft: RiskSettings, changed: readonly string[]): RiskSettings =>
  Object.fromEntries(
    Object.entries(current).map(([name, value]) => [
      name,
      changed.includes(name) ? draft[name as keyof RiskSettings] : value,
    ]),
  ) as unknown as RiskSettings

/** The call sets everything at once; what is at its default is left out, and all of it together is no configuration. */
export function inputOf(draft: RiskSettings): Omit<CognitoInput<'SetRiskConfiguration'>, 'UserPoolId' | 'ClientId'> {
  const takeover = takeoverOf(draft)
  return {
    ...(takeover && { AccountTakeoverRiskConfiguration: takeover }),
    ...(draft.compromised !== 'UNSET' && {
      CompromisedCredentialsRiskConfiguration: {
        Actions: { EventAction: draft.compromised },
        ...(draft.events.length > 0 && { EventFilter: draft.events as ('SIGN_IN' | 'SIGN_UP' | 'PASSWORD_CHANGE')[] }),
      },
    }),
    ...(draft.blocked.length + draft.skipped.length > 0 && {
      RiskExceptionConfiguration: { BlockedIPRangeList: draft.blocked, SkippedIPRangeList: draft.skipped },
    }),
  }
}

function takeoverOf(draft: RiskSettings): Takeover | undefined {
  const action = (level: (typeof levels)[number]) => {
    const [EventAction, Notify] = [draft[level], draft[`${level}Notify`]]
    return EventAction === 'NO_ACTION' && !Notify ? undefined : { EventAction, Notify }
  }
  const Actions = { LowAction: action('low'), MediumAction: action('medium'), HighAction: action('high') }
  const hasNotice = draft.sourceArn.trim() !== ''
  if (!hasNotice && Object.values(Actions).every((one) => one === undefined)) return undefined
  return { Actions, ...(hasNotice && { NotifyConfiguration: noticesOf(draft) }) }
}

function noticesOf(draft: RiskSettings) {
  const mail = (name: (typeof notices)[number]) => {
    const Subject = draft[`${name}Subject`]
    if (Subject === '') return undefined
    return { Subject, HtmlBody: draft[`${name}Html`] || undefined, TextBody: draft[`${name}Text`] || undefined }
  }
  return {
    SourceArn: draft.sourceArn.trim(),
    From: draft.from.trim() || undefined,
    ReplyTo: draft.replyTo.trim() || undefined,
    BlockEmail: mail('block'),
    NoActionEmail: mail('noAction'),
    MfaEmail: mail('mfa'),
  }
}

/** The first line that is no range. The server looks more closely. */
export const badRange = (lines: readonly string[]): string | undefined =>
  lines.find((line) => !/^([\d.]+|[\da-f:.]+)\/\d{1,3}$/i.test(line))

export const isSubjectMissing = (draft: RiskSettings): boolean =>
  notices.some((name) => draft[`${name}Subject`] === '' && (draft[`${name}Html`] !== '' || draft[`${name}Text`] !== ''))
