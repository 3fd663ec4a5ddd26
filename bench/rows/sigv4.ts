import { doFor, doMany, median, type Operation } from '../frame/load.ts'
import { cpuSeconds } from '../frame/processes.ts'
import type { Bench, Figure, Row } from '../frame/row.ts'

const rounds = 25
const tooLong = 'x'.repeat(200)

/** The same refusal, of a value that is too long, in a signed call and in an unsigned one. */
const row: Row = {
  name: 'SigV4 over an unsigned call',
  async measure(bench): Promise<Figure> {
    const signed = refusal(bench, 'DescribeUserPoolClient', { UserPoolId: 'us-east-1_bench', ClientId: tooLong }, true)
    const unsigned = refusal(bench, 'InitiateAuth', { ClientId: tooLong, AuthFlow: 'USER_SRP_AUTH' }, false)
    const count = Math.round((await doFor(signed, bench.workers, 5000)) / 10)
    await doFor(unsigned, bench.workers, 5000)

    const costs: { signed: number; unsigned: number }[] = []
    for (let round = 0; round < rounds; round++) {
      costs.push({ unsigned: await cost(bench, unsigned, count), signed: await cost(bench, signed, count) })
    }
    const dearer = median(costs.map(({ signed, unsigned }) => signed - unsigned))
    const base = median(costs.map(({ unsigned }) => unsigned))
    return {
      absolute: `${dearer.toFixed(0)} µs`,
      yardstick: `unsigned call, ${base.toFixed(0)} µs`,
      value: dearer,
      goal: 30,
      must: 60,
      better: 'less',
      details: { microseconds: dearer, unsignedMicroseconds: base, operations: count * rounds },
    }
  },
}
export default row

function refusal({ cognito }: Bench, operation: string, input: object, signed: boolean): Operation {
  const body = JSON.stringify(input)
  const headers = signed ? cognito.signed(operation, body) : cognito.unsigned(operation)
  return async () => {
    const answer = await cognito.send('POST', '/', headers, body)
    if (answer.headers['x-amzn-errortype'] !== 'InvalidParameterException:') throw new Error(answer.body)
  }
}

async function cost({ server, workers }: Bench, operation: Operation, count: number): Promise<number> {
  const before = cpuSeconds([server.pid])
  await doMany(operation, workers, count)
  return ((cpuSeconds([server.pid]) - before) / count) * 1e6
}
