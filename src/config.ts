import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { readCallerRates } from './caller-rates-setting.ts'
import { checkConfig } from './check-config.ts'
import { type Env, readerOf } from './environment.ts'
import type { CallerRates } from './lib/caller-limits.ts'
import { OperatorError } from './lib/operator-error.ts'
import type { Limits } from './model/limits.ts'
import { aesKey, count, origin, webhook, webhookForm } from './setting-values.ts'
import type { DatabaseLimits } from './store/db.ts'
import { readTracing, type TracingSettings } from './tracing-settings.ts'

/** A key pair for SigV4: an administrator's, or one that this server signs its own calls with. */
export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
}

/** A receiver of events or messages at a URL, and the secret that they are signed with. */
export interface Webhook {
  url: string
  secret: string
}

/** An AWS service, or a compatible one. */
export interface AwsEndpoint {
  endpoint: string
  region: string
  /** Unset: the AWS SDK's default credentials. */
  credentials?: Credentials
}

export interface Config {
  mode: 'dev' | 'serve'
  host: string
  port: number
  /** Base of issuers and of every address in path form; no trailing slash. */
  publicUrl: string
  /** Template of the issuer, with `{poolId}` and `{region}`. */
  issuer: string
  /** Base of the back-channel URLs in discovery, if services reach the server under another name than browsers do. */
  internalUrl?: string
  /** How a trusted proxy forwards the client's TLS certificate. */
  clientCertificateHeader?: string
  /** The address at which the proxy asks clients for certificates, if it is a separate one. */
  mtlsUrl?: string
  /** Whose X-Forwarded-* headers are trusted: a number of hops, or addresses and CIDR ranges. */
  trustProxy: number | string[]
  /** Refuse what Cognito refuses: billing tiers, e-mail sender identities, a missing branding style. */
  strict: boolean
  databaseUrl?: string
  /** A streaming standby for reads that may be slightly stale. */
  databaseReadUrl?: string
  /** Max staleness of these reads in milliseconds. */
  databaseReadMaxLag: number
  /** False behind a transaction pooler. */
  databasePrepare: boolean
  /** How `migrate` distributes the tables over several servers. */
  databaseDistribution?: 'citus'
  /** Max connections per process. */
  databasePoolSize: number
  /** Processes that `serve` runs on its port. */
  workers: number
  /** How long it still accepts connections after a signal to stop, in milliseconds. */
  shutdownDelay: number
  /** Milliseconds after which an unresponsive worker of `serve` is replaced; 0 for never. */
  workerTimeout: number
  /** Max difference between the machine's clock and the database's, in milliseconds. */
  maxClockDifference: number
  databaseLimits: DatabaseLimits
  /** Rate limits of unsigned requests, per second; unset if they are not limited. */
  callerRates?: CallerRates
  /** Whether all processes and nodes count callers together. */
  callerLimitsShared: boolean
  dataDir: string
  /** Unset in dev: generated on first start and stored in the data folder. */
  masterKey?: Buffer
  /** The previous master key, while a rotation is in progress. */
  previousMasterKey?: Buffer
  credentials: Credentials[]
  region: string
  accountId: string
  /** Pool domains are PREFIX.SUFFIX. */
  domainSuffix: string
  /** False if the suffix is dev's `auth.localhost`, which Node can't resolve. */
  domainSuffixConfigured: boolean
  tlsPort?: number
  /** At most one of `smtpUrl`, `ses` and `mailWebhook` is set; in dev the inbox also gets every message. */
  smtpUrl?: string
  ses?: AwsEndpoint
  mailWebhook?: Webhook
  /** The sender for pools that set none. */
  mailFrom: string
  /** At most one of `sns` and `smsWebhook` is set. */
  sns?: AwsEndpoint
  smsWebhook?: Webhook
  smsSenderId?: string
  smsOriginationNumber?: string
  lambdaEndpoint?: string
  /** Unset: the AWS SDK's default credentials. */
  lambdaCredentials?: Credentials
  triggersDir?: string
  /** By function name. */
  webhooks?: Record<string, Webhook>
  /** Raw AES keys that replace KMS keys, by KMSKeyID: they encrypt codes for custom senders. */
  senderKeys?: Record<string, Buffer>
  /** A KMS other than AWS's, for keys that are not among `senderKeys`. */
  kmsEndpoint?: string
  /** Dev only: local test servers that stand in for identity providers, by host. */
  identityProviderHosts?: Record<string, string>
  /** Android apps that may use passkeys, by their key hash. */
  androidOrigins: string[]
  /** Whether calls to webhooks, SES, SNS and identity providers may go to private addresses. */
  allowPrivateAddresses: boolean
  /** Dev only: the initial seed; poolhouse.json of the working folder if it exists. */
  seedFile?: string
  /** Override the published limits. */
  limits?: Partial<Limits>
  /** The endpoint for the logs of pools, with `{service}` and `{region}`; if unset, they only go to standard output. */
  logDeliveryEndpoint?: string
  /** Unset: the AWS SDK's default credentials. */
  logDeliveryCredentials?: Credentials
  /** A MaxMind city database, to locate addresses. */
  geoDatabase?: string
  /** Sorted SHA-1 hashes of compromised passwords, in hexadecimal, one per line. */
  compromisedPasswordsFile?: string
  /** The URL of a range service with further hashes; without a trailing slash. */
  compromisedPasswordsUrl?: string
  /** Whether read-only calls are recorded as well. */
  auditReads: boolean
  /** Audit records are deleted after this many days; unset: never. */
  auditRetentionDays?: number
  /** Further destinations of audit records: `stdout`, or the ARNs of log groups, buckets and streams. */
  auditLog?: string[]
  /** Pools get new signing keys after this many days; unset: only on request. */
  signingKeyDays?: number
  /** Whether the console is served at /console/. */
  console: boolean
  logLevel: string
  /** Whether requests are logged at `info`; at `debug` they always are. */
  accessLog: boolean
  /** Unset: no tracing. */
  tracing?: TracingSettings
  /** Settings that are valid but probably unintended: sentences for the operator. */
  warnings: string[]
}

/** All problems of the environment at once, each naming the variable and how to set it. */
export class ConfigError extends OperatorError {
  override name = 'ConfigError'
  readonly problems: string[]

  constructor(problems: string[]) {
    super(`Poolhouse can't start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/** Whether there is a setting of this name. */
export function isSetting(name: string): boolean {
  try {
    return !readConfig('dev', { [name]: '1' }).warnings.some((warning) => warning.startsWith(`${name} `))
  } catch (error) {
    if (error instanceof ConfigError) return true
    throw error
  }
}

/** Reads the environment into one typed object. @throws ConfigError naming every variable that is wrong or missing */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: a table of settings, each with its default; no branch depends on another
export function readConfig(mode: 'dev' | 'serve', env: Env): Config {
  const problems: string[] = []
  const read = readerOf(env, problems)

  const port = read.port('POOLHOUSE_PORT') ?? 9500
  const publicUrl = read.url('POOLHOUSE_PUBLIC_URL', ['http:', 'https:']) ?? `http://localhost:${port}`
  const domainSuffix = read.host('POOLHOUSE_DOMAIN_SUFFIX')
  const region = read.pattern('POOLHOUSE_REGION', /^[a-z]{2}(-[a-z]+)+-\d$/, 'us-east-1') ?? 'us-east-1'
  const allowPrivateAddresses = read.flag('POOLHOUSE_ALLOW_PRIVATE_ADDRESSES') ?? mode === 'dev'
  // Messages hold codes: they cross the public internet sealed.
  const callable = allowPrivateAddresses ? ['http:', 'https:'] : ['https:']
  const wantedWorkers = read.number('POOLHOUSE_WORKERS', 1, 256)
  const workers = mode === 'dev' ? 1 : (wantedWorkers ?? availableParallelism())
  const config: Config = {
    mode,
    host: read.text('POOLHOUSE_HOST') ?? (mode === 'dev' ? '127.0.0.1' : '0.0.0.0'),
    port,
    publicUrl,
    issuer: read.issuer('POOLHOUSE_ISSUER') ?? `${publicUrl}/{poolId}`,
    internalUrl: read.url('POOLHOUSE_INTERNAL_URL', ['http:', 'https:']),
    clientCertificateHeader: read
      .pattern('POOLHOUSE_CLIENT_CERTIFICATE_HEADER', /^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'X-SSL-Client-Cert')
      ?.toLowerCase(),
    mtlsUrl: read.url('POOLHOUSE_MTLS_URL', ['https:']),
    trustProxy: read.proxies('POOLHOUSE_TRUST_PROXY') ?? 0,
    strict: read.flag('POOLHOUSE_STRICT') ?? false,
    databaseUrl: read.database('DATABASE_URL'),
    databaseReadUrl: read.database('POOLHOUSE_DATABASE_READ_URL'),
    databaseReadMaxLag: read.number('POOLHOUSE_DATABASE_READ_MAX_LAG', 100, 600_000) ?? 5000,
    databasePrepare: read.flag('POOLHOUSE_DATABASE_PREPARE') ?? true,
    databaseDistribution: read.oneOf('POOLHOUSE_DATABASE_DISTRIBUTION', ['citus']) as 'citus' | undefined,
    databasePoolSize: connectionsPerProcess(read.number('POOLHOUSE_DATABASE_POOL_SIZE', 1, 1000), mode, workers),
    workers,
    maxClockDifference: (read.number('POOLHOUSE_MAX_CLOCK_DIFFERENCE', 1, 3600) ?? 30) * 1000,
    workerTimeout: (read.number('POOLHOUSE_WORKER_TIMEOUT', 0, 3600) ?? 30) * 1000,
    shutdownDelay: (read.number('POOLHOUSE_SHUTDOWN_DELAY', 0, 300) ?? 0) * 1000,
    databaseLimits: {
      connect: read.number('POOLHOUSE_DATABASE_CONNECT_TIMEOUT', 100, 60_000) ?? 2000,
      statement: read.number('POOLHOUSE_DATABASE_STATEMENT_TIMEOUT', 100, 3_600_000) ?? 30_000,
      lock: read.number('POOLHOUSE_DATABASE_LOCK_TIMEOUT', 100, 600_000) ?? 2000,
      wait: read.number('POOLHOUSE_DATABASE_WAIT_TIMEOUT', 100, 600_000) ?? 2500,
    },
    callerRates: readCallerRates(read, mode),
    callerLimitsShared: read.flag('POOLHOUSE_CALLER_LIMITS_SHARED') ?? false,
    dataDir: read.text('POOLHOUSE_DATA_DIR') ?? '.poolhouse',
    masterKey: read.key('POOLHOUSE_MASTER_KEY'),
    previousMasterKey: read.key('POOLHOUSE_MASTER_KEY_PREVIOUS'),
    credentials: read.credentials(mode),
    region,
    accountId: read.pattern('POOLHOUSE_ACCOUNT_ID', /^\d{12}$/, '123456789012') ?? '000000000000',
    domainSuffix: domainSuffix ?? (mode === 'dev' ? 'auth.localhost' : ''),
    domainSuffixConfigured: domainSuffix !== undefined,
    tlsPort: read.port('POOLHOUSE_TLS_PORT'),
    smtpUrl: read.url('POOLHOUSE_SMTP_URL', ['smtp:', 'smtps:']),
    ses: read.aws('POOLHOUSE_SES', callable, region),
    mailWebhook: read.webhook('POOLHOUSE_MAIL_WEBHOOK', callable),
    mailFrom: read.sender('POOLHOUSE_MAIL_FROM') ?? `Poolhouse <no-reply@${hostOf(publicUrl)}>`,
    sns: read.aws('POOLHOUSE_SNS', callable, region),
    smsWebhook: read.webhook('POOLHOUSE_SMS_WEBHOOK', callable),
    smsSenderId: read.pattern('POOLHOUSE_SMS_SENDER_ID', /^(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}$/, 'MyShop'),
    smsOriginationNumber: read.pattern('POOLHOUSE_SMS_ORIGINATION_NUMBER', /^\+?\d{3,15}$/, '+12065550100'),
    lambdaEndpoint: read.url('POOLHOUSE_LAMBDA_ENDPOINT', ['http:', 'https:']),
    lambdaCredentials: read.keyPair('POOLHOUSE_LAMBDA_ACCESS_KEY_ID', 'POOLHOUSE_LAMBDA_SECRET_ACCESS_KEY'),
    triggersDir: read.text('POOLHOUSE_TRIGGERS_DIR'),
    webhooks: read.map('POOLHOUSE_WEBHOOKS', webhook(mode), webhookForm(mode)),
    senderKeys: read.map('POOLHOUSE_SENDER_KEYS', aesKey, 'a JSON object of KMSKeyID to 32 bytes in base64'),
    kmsEndpoint: read.url('POOLHOUSE_KMS_ENDPOINT', ['http:', 'https:']),
    identityProviderHosts: read.map('POOLHOUSE_IDP_HOSTS', origin, 'a JSON object of host to the origin that plays it'),
    androidOrigins: read.androidOrigins('POOLHOUSE_ANDROID_ORIGINS') ?? [],
    allowPrivateAddresses,
    seedFile: read.text('POOLHOUSE_SEED'),
    limits: read.map('POOLHOUSE_LIMITS', count, 'a JSON object of the name of a limit to a number from 1'),
    logDeliveryEndpoint: read.endpoint('POOLHOUSE_LOG_DELIVERY_ENDPOINT'),
    logDeliveryCredentials: read.keyPair(
      'POOLHOUSE_LOG_DELIVERY_ACCESS_KEY_ID',
      'POOLHOUSE_LOG_DELIVERY_SECRET_ACCESS_KEY',
    ),
    geoDatabase: read.text('POOLHOUSE_GEOIP_DATABASE'),
    compromisedPasswordsFile: read.text('POOLHOUSE_COMPROMISED_PASSWORDS'),
    compromisedPasswordsUrl: read.url('POOLHOUSE_COMPROMISED_PASSWORDS_URL', callable),
    auditReads: read.flag('POOLHOUSE_AUDIT_READS') ?? false,
    auditRetentionDays: read.number('POOLHOUSE_AUDIT_RETENTION_DAYS', 1, 36_500),
    auditLog: read.destinations('POOLHOUSE_AUDIT_LOG'),
    signingKeyDays: read.number('POOLHOUSE_SIGNING_KEY_DAYS', 2, 36_500),
    console: read.flag('POOLHOUSE_CONSOLE') ?? true,
    accessLog: read.flag('POOLHOUSE_ACCESS_LOG') ?? false,
    tracing: readTracing(read),
    logLevel:
      read.oneOf('POOLHOUSE_LOG_LEVEL', ['silent', 'error', 'warn', 'info', 'debug']) ??
      (mode === 'dev' ? 'warn' : 'info'),
    warnings: [],
  }

  checkConfig(config, read, env, problems)
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

/** The setting is for the whole server; by default each process has enough for its concurrent requests. */
function connectionsPerProcess(total: number | undefined, mode: 'dev' | 'serve', workers: number): number {
  if (mode === 'dev') return total ?? 5
  return total === undefined ? Math.max(5, Math.ceil(20 / workers)) : Math.max(1, Math.floor(total / workers))
}

/** A host that is an IP address is written in brackets, and can't be a mail domain. */
function hostOf(publicUrl: string): string {
  const { hostname } = new URL(publicUrl)
  return isIP(hostname) || hostname.startsWith('[') ? 'localhost' : hostname
}
