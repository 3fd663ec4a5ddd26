import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { effectiveDataDir } from '../../src/store/embedded/index.ts'
import { type PoolhouseProcess, poolhouseProcess, sleep } from '../support/poolhouse-process.ts'
import { checkAcknowledged, checkAudit, checkSignIn, checkWhole } from './checks.ts'
import { type MailServer, startMailServer } from './mail-server.ts'
import { type Acknowledged, nothing, sdk, startWriters } from './writers.ts'

export type Victim = 'server' | 'database' | 'both'

/** A request during an outage is answered or refused within this time: nobody waits for a database that is gone. */
const quickly = 5000

export interface Faults {
  /** Kills the victim while writers are at work, brings everything back and looks at all that was acknowledged so far. */
  round(victim: Victim, log?: (line: string) => void): Promise<void>
  close(): Promise<void>
}

export async function openFaults({ writers = 6, maxWorkTime = 2000, patience = quickly } = {}): Promise<Faults> {
  const folder = mkdtempSync(join(tmpdir(), 'poolhouse-faults-'))
  const dataDir = await effectiveDataDir(folder)
  const mail = await startMailServer()
  const poolhouse = await poolhouseProcess(dataDir, { POOLHOUSE_SMTP_URL: mail.url, POOLHOUSE_LOG_LEVEL: 'silent' })
  const cognito = sdk(poolhouse.url)
  const noted = nothing()

  const close = async () => {
    cognito.destroy()
    await poolhouse.stop()
    await mail.close()
    for (const each of new Set([folder, dataDir])) rmSync(each, { recursive: true, force: true })
  }
  try {
    await poolhouse.start()
    const { UserPool } = await cognito.createUserPool({ PoolName: 'faults' })
    noted.pools.push({ id: UserPool!.Id! })
  } catch (error) {
    await close()
    throw error
  }

  return {
    close,
    async round(victim, log = () => {}) {
      const invited = await inviteWhileMailIsBusy(cognito, noted, mail)
      const work = startWriters(cognito, noted, writers)
      await sleep(500 + Math.random() * maxWorkTime)
      await kill(poolhouse, victim)
      // What is in the outbox now was queued before the crash and has to wait for what comes after it.
      mail.busy = false
      if (victim === 'database') await checkOutage(poolhouse, cognito)
      else await poolhouse.start()
      const failed = work.failed()
      // Some of it after the recovery, and by connections that were open before it.
      await sleep(300)
      await work.stop()
      assert.ok(work.longest() < patience, `a call took ${Math.round(work.longest())} ms`)

      await checkAcknowledged(cognito, noted)
      await checkWhole(dataDir)
      await checkAudit(poolhouse.url)
      await checkSignIn(cognito, noted)
      await checkMail(mail, invited)
      log(
        `${victim} killed: ${summary(noted)}; ${failed} calls failed, the longest took ${Math.round(work.longest())} ms`,
      )
    },
  }
}

async function kill(poolhouse: PoolhouseProcess, victim: Victim): Promise<void> {
  // Either may be the first to go.
  const first = Math.random() < 0.5
  if (victim === 'database' || (victim === 'both' && first)) poolhouse.killDatabase()
  if (victim !== 'database') await poolhouse.killServer()
  if (victim === 'both' && !first) poolhouse.killDatabase()
}

/** The server refuses what it cannot do, at once, and is well again by itself. */
async function checkOutage(poolhouse: PoolhouseProcess, cognito: CognitoIdentityProvider): Promise<void> {
  const started = performance.now()
  const refusal = await cognito.listUserPools({ MaxResults: 1 }).then(
    () => undefined,
    (error) => error,
  )
  assert.ok(performance.now() - started < quickly, 'a call while the database was gone')
  // It may have come back already.
  if (refusal) assert.equal(refusal.$metadata?.httpStatusCode, 503, `${refusal}`)
  await poolhouse.health(200)
}

async function inviteWhileMailIsBusy(cognito: CognitoIdentityProvider, noted: Acknowledged, mail: MailServer) {
  mail.busy = true
  const poolId = noted.pools[0]!.id
  const username = `invited-${noted.users.length}-${Date.now()}`
  const email = `${username}@example.com`
  const password = `Temporary-1-${username}`
  await cognito.adminCreateUser({
    UserPoolId: poolId,
    Username: username,
    TemporaryPassword: password,
    DesiredDeliveryMediums: ['EMAIL'],
    UserAttributes: [{ Name: 'email', Value: email }],
  })
  noted.users.push({ poolId, username, email, password })
  return email
}

/** What was in the outbox before the crash arrives after it. */
async function checkMail(mail: MailServer, recipient: string): Promise<void> {
  // A server that was killed in the middle of an attempt keeps its claim on the message for two minutes.
  for (const end = Date.now() + 150_000; !mail.recipients.includes(recipient); await sleep(50)) {
    if (Date.now() > end) throw new Error(`The mail to ${recipient} never came`)
  }
}

const summary = ({ pools, users, groups, deleted }: Acknowledged) =>
  `${pools.length} pools, ${users.length} users, ${groups.length} groups and ${deleted.length} deletions stand`
