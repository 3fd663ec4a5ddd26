import { randomBytes } from 'node:crypto'
import { importUsers } from '../frame/import-users.ts'
import { median } from '../frame/load.ts'
import { cpuSeconds } from '../frame/processes.ts'
import type { Bench, Row } from '../frame/row.ts'
import { perSecond } from '../frame/throughput.ts'
import { copied } from '../yardsticks/user-copy.ts'

const rounds = 3

export default [row('CSV import, per row', false), row('CSV import with password hashes, per row', true)]

/** CPU time of an import of 20 000 rows, from upload to end, compared with a COPY of as many. */
function row(name: string, hashed: boolean): Row {
  return {
    name,
    async measure(bench) {
      const importMore = await prepare(bench, hashed)
      const yardstick = await bench.yardstick('user-copy', true)
      const cpuPerRow = async (pid: number, work: () => Promise<unknown>) => {
        const before = cpuSeconds([pid, bench.postmaster])
        await work()
        return (cpuSeconds([pid, bench.postmaster]) - before) / copied
      }
      await importMore()
      await yardstick.doMany(1, 1)
      const taken: { ours: number; theirs: number }[] = []
      for (let round = 0; round < rounds; round++) {
        const theirs = await cpuPerRow(yardstick.pid, () => yardstick.doMany(1, 1))
        taken.push({ theirs, ours: await cpuPerRow(bench.server.pid, importMore) })
      }
      const cost = median(taken.map(({ ours }) => ours))
      const theirCost = median(taken.map(({ theirs }) => theirs))
      return {
        absolute: perSecond(cost),
        yardstick: `COPY, ${perSecond(theirCost)}`,
        value: median(taken.map(({ ours, theirs }) => theirs / ours)),
        goal: 0.65,
        must: 0.4,
        better: 'more',
        details: { microseconds: cost * 1e6, yardstickMicroseconds: theirCost * 1e6, rows: copied * rounds },
      }
    },
  }
}

async function prepare({ cognito }: Bench, hashed: boolean): Promise<() => Promise<void>> {
  const { UserPool } = await cognito.call('CreateUserPool', { PoolName: 'bench', AutoVerifiedAttributes: ['email'] })
  let count = 0

  function user() {
    const username = `row-${count++}`
    return {
      'cognito:username': username,
      email: `${username}@example.com`,
      email_verified: 'true',
      name: 'A Person',
      password_hash: `$2b$10$${randomBytes(40).toString('hex').slice(0, 53)}`,
    }
  }
  return () => importUsers(cognito, UserPool.Id, Array.from({ length: copied }, user), hashed)
}
