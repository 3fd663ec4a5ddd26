import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { newDataDir, type RunningServer, removeDataDir, startServer } from '../../bench/frame/server.ts'
import { buildProgram } from '../../scripts/build.ts'

const rows = 500_000
const dataDir = newDataDir()

let server: RunningServer
before(async () => {
  await buildProgram()
  server = await startServer(dataDir)
})
after(async () => {
  await server?.stop()
  removeDataDir(dataDir)
})

/** MiB of memory that the server has, the database apart. */
const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))![1]) / 1024

test('half a million rows are uploaded and imported in 64 MiB, with progress on the way', async () => {
  const cognito = new CognitoIdentityProvider({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${server.port}`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const { UserPool } = await cognito.createUserPool({ PoolName: 'import', AutoVerifiedAttributes: ['email'] })
  const UserPoolId = UserPool!.Id!
  const { CSVHeader } = await cognito.getCSVHeader({ UserPoolId })
  const { UserImportJob } = await cognito.createUserImportJob({
    UserPoolId,
    JobName: 'large',
    CloudWatchLogsRoleArn: 'arn:aws:iam::000000000000:role/import',
  })
  function* file() {
    yield Buffer.from(`${CSVHeader!.join(',')}\n`)
    for (let i = 0; i < rows; i += 1000) {
      let lines = ''
      for (let n = i; n < i + 1000; n++) {
        const row: Record<string, string> = {
          'cognito:username': `user${n}`,
          email: `user${n}@example.com`,
          email_verified: 'true',
        }
        lines += `${CSVHeader!.map((name) => row[name] ?? '').join(',')}\n`
      }
      yield Buffer.from(lines)
    }
  }

  const idle = resident()
  let most = idle
  const sampler = setInterval(() => {
    most = Math.max(most, resident())
  }, 50)
  const sent = await fetch(UserImportJob!.PreSignedUrl!, {
    method: 'PUT',
    body: Readable.toWeb(Readable.from(file())),
    duplex: 'half',
  } as unknown as RequestInit)
  assert.equal(sent.status, 200)

  const JobId = UserImportJob!.JobId!
  await cognito.startUserImportJob({ UserPoolId, JobId })
  const seen = new Set<number>()
  for (;;) {
    const { UserImportJob: job } = await cognito.describeUserImportJob({ UserPoolId, JobId })
    seen.add(job!.ImportedUsers!)
    if (job!.CompletionDate) {
      assert.deepEqual([job!.Status, job!.ImportedUsers], ['Succeeded', rows])
      break
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  clearInterval(sampler)
  assert.ok(seen.size > 5, 'the counters moved')
  assert.ok(most - idle < 64, `${(most - idle).toFixed(0)} MiB above idle`)
})
