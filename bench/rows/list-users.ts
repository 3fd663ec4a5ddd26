import { importUsers } from '../frame/import-users.ts'
import { quantile } from '../frame/load.ts'
import type { Row } from '../frame/row.ts'

const users = 100_000
const pages = 20

const filters = [
  undefined,
  'username ^= "user7"',
  'username = "user77777"',
  'email = "user77777@example.com"',
  'email ^= "user7"',
  'phone_number ^= "+155500007"',
  'phone_number = "+15550077777"',
  'name = "Name 777"',
  'name ^= "Name 7"',
  'given_name ^= "Given 7"',
  'given_name = "Given 77"',
  'family_name = "Family 7"',
  'family_name ^= "Family"',
  'preferred_username ^= "nick7"',
  'preferred_username = "nick77770"',
  'cognito:user_status = "RESET_REQUIRED"',
  'cognito:user_status ^= "RESET"',
  'status = "Enabled"',
  'sub ^= "7"',
]

/** The latency of a page of 60 with each type of filter, one request after the other. */
const row: Row = {
  name: 'ListUsers p99 among 100 000 users',
  async measure({ cognito }) {
    const { UserPool } = await cognito.call('CreateUserPool', { PoolName: 'bench', AutoVerifiedAttributes: ['email'] })
    const UserPoolId: string = UserPool.Id
    await importUsers(cognito, UserPoolId, Array.from({ length: users }, person))
    const times: number[] = []
    for (const Filter of filters) {
      let PaginationToken: string | undefined
      for (let page = 0; page < pages && (page === 0 || PaginationToken); page++) {
        const started = performance.now()
        const answer = await cognito.call('ListUsers', { UserPoolId, Filter, Limit: 60, PaginationToken })
        times.push(performance.now() - started)
        PaginationToken = answer.PaginationToken
      }
    }
    const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)]
    return {
      absolute: `${p99.toFixed(1)} ms`,
      yardstick: `median, ${p50.toFixed(1)} ms`,
      value: p99,
      goal: 15,
      must: 50,
      better: 'less',
      details: { milliseconds: p99, medianMilliseconds: p50, pages: times.length },
    }
  },
}
export default row

const person = (_: unknown, n: number) => ({
  'cognito:username': `user${n}`,
  email: `user${n}@example.com`,
  email_verified: 'true',
  phone_number: `+1555${String(n).padStart(7, '0')}`,
  name: `Name ${n % 5000}`,
  given_name: `Given ${n % 300}`,
  family_name: `Family ${n % 40}`,
  ...(n % 10 === 0 && { preferred_username: `nick${n}` }),
})
