import { randomBytes } from 'node:crypto'
import { median, pause } from '../frame/load.ts'
import { cpuSeconds } from '../frame/processes.ts'
import type { Bench, Row } from '../frame/row.ts'
import { perSecond } from '../frame/throughput.ts'
import { copied } from '../yardsticks/user-copy.ts'

const rounds = 3

export default [row('CSV import, per row', false), row('CSV import with password hashes, per row', true)]

/** CPU time of an import of 20 000 rows, from its upload to its end, over that of a COPY of as many. */
function row(name: string, hashed: boolean): Row {
  return {
    name,
    async measure(bench) {
      const importUsers = await prepare(bench, hashed)
      const yardstick = await bench.yardstick('user-copy', true)
      const cpuPerRow = async (pid: number, work: () => Promise<unknown>) => {
        const before = cpuSeconds([pid, bench.postmaster])
        await work()
        return (cpuSeconds([pid, bench.postmaster]) - before) / copied
      }
      await importUsers()
      await yardstick.doMany(1, 1)
      const taken: { ours: number; theirs: number }[] = []
      for (let round = 0; round < rounds; round++) {
        const theirs = await cpuPerRow(yardstick.pid, () => yardstick.doMany(1, 1))
        taken.push({ theirs, ours: await cpuPerRow(bench.server.pid, importUsers) })
      }
      const cost = median(taken.map(({ ours }) => ours))
      const theirCost = median(taken.map(({ theirs }) => theirs))
      return {
        absolute: perSecond(cost),
        yardstick: `COPY, ${perSecond(theirCost)}`,
        value: median(taken.map(({ ours, theirs }) => theirs / ours)),
        goal: 0.4,
        must: 0.2,
        better: 'more',
        details: { microseconds: cost * 1e6, yardstickMicroseconds: theirCost * 1e6, rows: copied * rounds },
      }
    },
  }
}

async function prepare({ cognito }: Bench, hashed: boolean): Promise<() => Promise<void>> {
  const { UserPool } = await cognito.call('CreateUserPool', { PoolName: 'bench', AutoVerifiedAttributes: ['email'] })
  const UserPoolId: string = UserPool.Id
  const { CSVHeader } = await cognito.call('GetCSVHeader', { UserPoolId })
  const columns: string[] = hashed ? [...CSVHeader, 'password_hash'] : CSVHeader
  let count = 0

  function line(): string {
    const username = `row-${count++}`
    const values: Record<string, string> = {
      'cognito:username': username,
      email: `${username}@example.com`,
      email_verified: 'true',
      name: 'A Person',
      password_hash: `$2b$10$${randomBytes(40).toString('hex').slice(0, 53)}`,
    }
    return columns.map((column) => values[column] ?? '').join(',')
  }

  return async () => {
    const file = [columns.join(','), ...Array.from({ length: copied }, line)].join('\n')
    const { UserImportJob } = await cognito.call('CreateUserImportJob', {
      UserPoolId,
      JobName: 'bench',
      CloudWatchLogsRoleArn: 'arn:aws:iam::000000000000:role/bench',
      ...(hashed && { PasswordHashingAlgorithm: 'BCRYPT' }),
    })
    const { pathname, search } = new URL(UserImportJob.PreSignedUrl)
    await cognito.send('PUT', pathname + search, {}, file)
    const job = { UserPoolId, JobId: UserImportJob.JobId }
    await cognito.call('StartUserImportJob', job)
    for (;;) {
      const { UserImportJob: now } = await cognito.call('DescribeUserImportJob', job)
      if (now.CompletionDate) {
        if (now.ImportedUsers !== copied) throw new Error(`The import ended with ${JSON.stringify(now)}`)
        return
      }
      await pause(200)
    }
  }
}
