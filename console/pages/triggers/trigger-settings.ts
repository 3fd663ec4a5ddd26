import type { PoolChange, PoolType } from '../../api/merge.ts'
import { settings } from '../../settings.ts'

type LambdaConfig = NonNullable<PoolType['LambdaConfig']>

export const plainTriggers = [
  'PreSignUp',
  'PostConfirmation',
  'UserMigration',
  'PreAuthentication',
  'PostAuthentication',
  'DefineAuthChallenge',
  'CreateAuthChallenge',
  'VerifyAuthChallengeResponse',
  'CustomMessage',
  'KMSKeyID',
] as const satisfies (keyof LambdaConfig)[]

export const versionedTriggers = ['InboundFederation', 'CustomEmailSender', 'CustomSMSSender'] as const

export type TriggerName = (typeof plainTriggers)[number] | (typeof versionedTriggers)[number] | 'PreTokenGeneration'

/** The ARN of each function, or the name that somebody has written. */
export type TriggerSettings = Record<TriggerName, string> & { tokenVersion: 'V1_0' | 'V2_0' | 'V3_0' }

export function settingsOf({ LambdaConfig: config = {} }: PoolType): TriggerSettings {
  const { PreTokenGenerationConfig: tokens } = config
  return {
    ...(Object.fromEntries(plainTriggers.map((name) => [name, config[name] ?? ''])) as Record<TriggerName, string>),
    ...Object.fromEntries(versionedTriggers.map((name) => [name, config[name]?.LambdaArn ?? ''])),
    PreTokenGeneration: tokens?.LambdaArn ?? config.PreTokenGeneration ?? '',
    tokenVersion: tokens?.LambdaVersion ?? 'V1_0',
  }
}

const isName = (text: string) => /^[\w-]{1,64}$/.test(text)
export const isFunction = (text: string): boolean =>
  text === '' || isName(text) || /^arn:[\w-]+:lambda:[\w-]*:\d*:function:[\w-]+(:[\w$-]+)?$/.test(text)

export const arnOf = (text: string): string =>
  isName(text) ? `arn:aws:lambda:${settings.region}:${settings.accountId}:function:${text}` : text

/** With all members that are there and not changed. */
export function lambdaChangeOf(pool: PoolType, draft: TriggerSettings, changed: readonly string[]): PoolChange {
  const config: LambdaConfig = { ...pool.LambdaConfig }
  for (const name of plainTriggers)
    if (changed.includes(name)) setMember(config, name, name === 'KMSKeyID' ? draft[name] : arnOf(draft[name]))
  for (const name of versionedTriggers)
    if (changed.includes(name)) setMember(config, name, versioned(arnOf(draft[name]), 'V1_0'))
  if (changed.includes('PreTokenGeneration') || changed.includes('tokenVersion')) {
    // The server keeps the older member in step.
    delete config.PreTokenGeneration
    setMember(config, 'PreTokenGenerationConfig', versioned(arnOf(draft.PreTokenGeneration), draft.tokenVersion))
  }
  return { LambdaConfig: config }
}

const versioned = (LambdaArn: string, LambdaVersion: string) => (LambdaArn === '' ? '' : { LambdaArn, LambdaVersion })

function setMember(config: LambdaConfig, name: keyof LambdaConfig, value: unknown): void {
  if (value === '') delete config[name]
  else Object.assign(config, { [name]: value })
}
