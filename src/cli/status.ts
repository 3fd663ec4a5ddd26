import { type Config, readConfig } from '../config.ts'
import { createKeyring } from '../lib/keyring.ts'
import { openDatabase } from '../store/db.ts'
import { type Finding, failed, ok, report, wantsJson, warning } from './findings.ts'
import { rotationProgress } from './master-key.ts'

/**
 * Reports whether the server at POOLHOUSE_PUBLIC_URL is running and ready and, beside its database, whether the master
 * key is being rotated.
 */
export async function status(args: string[]): Promise<void> {
  const json = wantsJson('status', args)
  const config = readConfig('dev', process.env)
  report([await serverFinding(config.publicUrl), ...(await rotationFindings(config))], json)
}

async function rotationFindings({ databaseUrl, ...config }: Config): Promise<Finding[]> {
  if (!databaseUrl) return []
  const { masterKey, previousMasterKey, databaseLimits: limits } = config
  const keyring = masterKey && createKeyring(masterKey, previousMasterKey && [previousMasterKey])
  const { db, close } = openDatabase({ connection: databaseUrl, maxConnections: 1, prepare: false, limits })
  try {
    const progress = await rotationProgress(db, keyring)
    return progress === undefined ? [] : [warning('master key', progress)]
  } catch (error) {
    return [failed('database', `The database at DATABASE_URL can't be asked: ${reasonOf(error as Error)}.`)]
  } finally {
    await close()
  }
}

async function serverFinding(publicUrl: string): Promise<Finding> {
  const started = performance.now()
  try {
    const answer = await fetch(`${publicUrl}/health/ready`, { redirect: 'manual', signal: AbortSignal.timeout(10_000) })
    const milliseconds = Math.round(performance.now() - started)
    const health = stateOf(await answer.text())
    if (health === undefined)
      return failed('server', `${publicUrl} answers ${answer.status}, but not as Poolhouse does.`)
    if (!answer.ok) return failed('server', `${publicUrl} is not ready: ${health}.`)
    return ok('server', `${publicUrl} is ready and answered in ${milliseconds} ms.`)
  } catch (error) {
    return failed('server', `${publicUrl} does not answer: ${reasonOf(error as Error)}.`)
  }
}

function stateOf(body: string): string | undefined {
  try {
    const { status } = JSON.parse(body)
    return typeof status === 'string' ? status : undefined
  } catch {
    return undefined
  }
}

function reasonOf({ name, message, cause }: Error): string {
  if (name === 'TimeoutError') return 'no answer within ten seconds'
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? message
}
