import { lookup } from 'node:dns/promises'
import { type Config, ConfigError, readConfig } from '../config.ts'
import { createKeyring } from '../lib/keyring.ts'
import type { OperatorError } from '../lib/operator-error.ts'
import { listCustomDomains } from '../pool/domains/domain-store.ts'
import { databaseTime } from '../store/database-time.ts'
import { type Db, openDatabase } from '../store/db.ts'
import { masterKeyState } from '../store/installation.ts'
import { schemaState } from '../store/migrate.ts'
import { missingSessionSettings } from '../store/session-settings.ts'
import { type Finding, failed, ok, report, wantsJson, warning } from './findings.ts'
import { describe as describeMasterKey } from './master-key.ts'

/** Checks what `serve` needs. Changes nothing and sends no messages. */
export async function doctor(args: string[]): Promise<void> {
  const json = wantsJson('doctor', args)
  report(await examine(process.env), json)
}

async function examine(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const config = settingsOf(env)
  if (Array.isArray(config)) return config
  const settings = config.warnings.map((text) => warning('settings', text))
  return [
    ...(settings.length > 0 ? settings : [ok('settings', 'Everything that `serve` needs is set.')]),
    proxyFinding(config),
    ...(await databaseFindings(config)),
    ...(await mailFindings(config)),
  ]
}

function settingsOf(env: NodeJS.ProcessEnv): Config | Finding[] {
  try {
    return readConfig('serve', env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => failed('settings', `${problem}.`))
    throw error
  }
}

function proxyFinding({ publicUrl, trustProxy }: Config): Finding {
  const isTls = publicUrl.startsWith('https:')
  const trusts = Array.isArray(trustProxy) || trustProxy > 0
  if (isTls && !trusts)
    return failed(
      'proxy',
      `${publicUrl} is https, which ends at a proxy, but POOLHOUSE_TRUST_PROXY is not set: the X-Forwarded-* headers are ` +
        'dropped, so cookies are not Secure and every caller has the address of the proxy.',
    )
  if (!isTls) return warning('proxy', `${publicUrl} is http: passwords and tokens cross the network in the clear.`)
  return ok('proxy', `${publicUrl} is https, and headers of ${proxies(trustProxy)} are believed.`)
}

const proxies = (trust: Config['trustProxy']) =>
  Array.isArray(trust) ? trust.join(', ') : `${trust} ${trust === 1 ? 'proxy' : 'proxies'}`

/** If the database does not answer, its schema, key, clock and domains cannot be checked. */
async function databaseFindings(config: Config): Promise<Finding[]> {
  const { db, close } = openDatabase({
    connection: config.databaseUrl!,
    maxConnections: 1,
    prepare: false,
    limits: config.databaseLimits,
  })
  try {
    const clock = await clockFinding(db, config)
    const schema = await schemaFinding(db)
    const pooler = config.databasePrepare ? [] : [await poolerFinding(db)]
    const findings = [ok('database', 'The database answers.'), ...pooler, clock, schema]
    if (schema.state === 'failed') return findings
    return [...findings, await masterKeyFinding(db, config), ...(await domainFindings(db, config))]
  } catch (error) {
    return [failed('database', `The database at DATABASE_URL does not answer: ${reasonOf(error as Error)}.`)]
  } finally {
    await close()
  }
}

async function poolerFinding(db: Db): Promise<Finding> {
  const missing = await missingSessionSettings(db)
  if (missing.length === 0) return ok('pooler', 'The sessions behind the pooler have their settings.')
  return warning(
    'pooler',
    `The role lacks ${missing.join(', ')}: a pooler does not pass on what a session sets, so set them with ` +
      '`alter role`, as docs/production.md shows.',
  )
}

async function clockFinding(db: Db, { maxClockDifference }: Config): Promise<Finding> {
  const asked = Date.now()
  const theirs = await databaseTime(db)
  // The database read its clock about halfway between our query and its answer.
  const ahead = Math.round((asked + Date.now()) / 2 - theirs)
  const text = `This machine's clock differs from the database's by ${Math.abs(ahead)} ms`
  if (Math.abs(ahead) > maxClockDifference)
    return failed('clock', `${text}, more than POOLHOUSE_MAX_CLOCK_DIFFERENCE: the server won't be ready.`)
  return Math.abs(ahead) > 1000 ? warning('clock', `${text}. Let NTP set both.`) : ok('clock', `${text}.`)
}

async function schemaFinding(db: Db): Promise<Finding> {
  const { pending, incompatible } = await schemaState(db)
  if (pending.length > 0)
    return failed('schema', `The schema lacks ${pending.length} migrations. Run \`poolhouse migrate\`.`)
  if (incompatible.length > 0)
    return failed('schema', `The schema is ahead of this release by ${incompatible.join(', ')}. Run a newer Poolhouse.`)
  return ok('schema', 'The schema is up to date.')
}

async function masterKeyFinding(db: Db, { masterKey, previousMasterKey }: Config): Promise<Finding> {
  const keyring = createKeyring(masterKey!, previousMasterKey && [previousMasterKey])
  const state = await masterKeyState(db, keyring)
  if (state === 'new')
    return ok('master key', 'No server has started over this database yet: it takes the key that is set.')
  const text = await describeMasterKey(db, keyring).catch((error: OperatorError) => error)
  if (text instanceof Error) return failed('master key', text.message)
  return state === 'current' ? ok('master key', text.join(' ')) : warning('master key', text.join('; '))
}

async function domainFindings(db: Db, { domainSuffix }: Config): Promise<Finding[]> {
  // Any name below the suffix must resolve, so a name that no pool uses shows whether the wildcard record exists.
  const names = [...(domainSuffix ? [`doctor.${hostOf(domainSuffix)}`] : []), ...(await listCustomDomains(db))]
  return Promise.all(names.map(domainFinding))
}

async function domainFinding(name: string): Promise<Finding> {
  try {
    const { address } = await lookup(name)
    return ok('DNS', `${name} is ${address}.`)
  } catch (error) {
    return failed(
      'DNS',
      `${name} does not resolve (${(error as NodeJS.ErrnoException).code}): its pages can't be reached.`,
    )
  }
}

const hostOf = (host: string) => host.replace(/:\d+$/, '')

/** Settings that are missing altogether are reported among the warnings of the settings. */
async function mailFindings({ smtpUrl, ses, mailWebhook }: Config): Promise<Finding[]> {
  if (smtpUrl) {
    const { smtpProblem } = await import('../delivery/smtp.ts')
    const { host } = new URL(smtpUrl)
    const problem = await smtpProblem(smtpUrl)
    return [
      problem
        ? failed('mail', `The mail server ${host} can't be used: ${problem}.`)
        : ok('mail', `The mail server ${host} takes mail from here.`),
    ]
  }
  const target = ses?.endpoint ?? mailWebhook?.url
  return target ? [ok('mail', `Mail leaves through ${new URL(target).host}, which was not asked.`)] : []
}

function reasonOf(error: Error & { code?: string; cause?: unknown }): string {
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return `${error.message}${cause}`.replace(/\.$/, '')
}
