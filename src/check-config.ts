/** Checks of settings that depend on each other. */
import type { Config } from './config.ts'
import type { Env, readerOf } from './environment.ts'
import { isLimit } from './model/limits.ts'

type Reader = ReturnType<typeof readerOf>

/** Adds missing or contradictory settings to `problems`, and probably unintended ones to the warnings. */
export function checkConfig(config: Config, read: Reader, env: Env, problems: string[]): void {
  read.onlyOne('POOLHOUSE_SMTP_URL', 'POOLHOUSE_SES_ENDPOINT', 'POOLHOUSE_MAIL_WEBHOOK')
  read.onlyOne('POOLHOUSE_SNS_ENDPOINT', 'POOLHOUSE_SMS_WEBHOOK')
  if ((config.smsSenderId || config.smsOriginationNumber) && !config.sns)
    problems.push('POOLHOUSE_SMS_SENDER_ID and POOLHOUSE_SMS_ORIGINATION_NUMBER are for POOLHOUSE_SNS_ENDPOINT')

  for (const name of Object.keys(config.limits ?? {}))
    if (!isLimit(name)) problems.push(`POOLHOUSE_LIMITS names no limit: ${name}`)

  if (config.mode === 'serve') requireForProduction(config, read, env, problems)
  for (const { name, nearest } of read.unknown())
    config.warnings.push(`${name} is no setting of Poolhouse${nearest ? `; did you mean ${nearest}?` : '.'}`)
  if (config.mode === 'serve' && !config.smtpUrl && !config.ses && !config.mailWebhook)
    config.warnings.push(
      'No way to send mail is set (POOLHOUSE_SMTP_URL, POOLHOUSE_SES_ENDPOINT or POOLHOUSE_MAIL_WEBHOOK): ' +
        'codes, invitations and password resets by e-mail will fail.',
    )
}

/** Development generates these or does without; in production the operator has to decide. */
function requireForProduction(config: Config, read: Reader, env: Env, problems: string[]): void {
  if (!config.databaseUrl)
    read.missing('DATABASE_URL', 'a PostgreSQL 14 or newer, postgres://user:password@host/database')
  if (!read.text('POOLHOUSE_MASTER_KEY'))
    read.missing('POOLHOUSE_MASTER_KEY', '32 random bytes in base64, made by: openssl rand -base64 32')
  if (!env.POOLHOUSE_PUBLIC_URL)
    read.missing('POOLHOUSE_PUBLIC_URL', 'the address users reach, such as https://id.example.com')
  if (!env.POOLHOUSE_ACCESS_KEY_ID)
    read.missing('POOLHOUSE_ACCESS_KEY_ID', 'the access key id that administrators sign with')
  if (!env.POOLHOUSE_SECRET_ACCESS_KEY)
    read.missing('POOLHOUSE_SECRET_ACCESS_KEY', 'its secret, at least 16 characters')
  if (config.tlsPort)
    problems.push('POOLHOUSE_TLS_PORT is for development; in production TLS ends at a proxy (POOLHOUSE_TRUST_PROXY)')
  if (config.identityProviderHosts) problems.push('POOLHOUSE_IDP_HOSTS is for development')
}
