import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/server.ts'

const rows = 500_000

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server?.close())

test('half a million rows are imported in bounded memory, with progress on the way', async () => {
  const { cognito } = server
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
  const sent = await fetch(UserImportJob!.PreSignedUrl!, {
    method: 'PUT',
    body: Readable.toWeb(Readable.from(file())),
    duplex: 'half',
  } as unknown as RequestInit)
  assert.equal(sent.status, 200)

  const JobId = UserImportJob!.JobId!
  await cognito.startUserImportJob({ UserPoolId, JobId })
  const idle = process.memoryUsage()
  let most = 0
  const held: number[] = []
  const seen = new Set<number>()
  for (;;) {
    const { UserImportJob: job } = await cognito.describeUserImportJob({ UserPoolId, JobId })
    const { rss, heapUsed, external } = process.memoryUsage()
    most = Math.max(most, rss)
    if (job!.ImportedUsers! > rows / 2) held.push(heapUsed + external)
    seen.add(job!.ImportedUsers!)
    if (job!.CompletionDate) {
      assert.deepEqual([job!.Status, job!.ImportedUsers], ['Succeeded', rows])
      break
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.ok(seen.size > 5, 'the counters moved')
  // What is left whenever the engine has collected; between that it takes as much as it finds worth while.
  const kept = (Math.min(...held) - idle.heapUsed - idle.external) / 1024 / 1024
  assert.ok(kept < 64, `${kept.toFixed(0)} MiB held above what the test itself holds`)
  const above = (most - idle.rss) / 1024 / 1024
  assert.ok(above < 150, `${above.toFixed(0)} MiB above what the test itself takes`)
})
