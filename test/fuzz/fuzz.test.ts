// Sends broken input to everything that parses what comes from outside: it accepts, or refuses as it declares, and in time.
// FUZZ_SECONDS=600 npm test -- test/fuzz/fuzz.test.ts runs for longer, from another seed; FUZZ_SEED repeats a run.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mutate, seededRandom } from './mutate.ts'
import { type Parser, parsers } from './parsers.ts'

const seconds = Number(process.env.FUZZ_SECONDS ?? 0)
const seed = Number(process.env.FUZZ_SEED ?? (seconds > 0 ? Date.now() % 2 ** 32 : 1))

/** Of this process's CPU time, which a busy machine doesn't stretch; what takes exponential time takes far longer. */
const maxMilliseconds = 1000
/** In every run of the tests: so many inputs, or so long. */
const [usualInputs, usualMilliseconds] = [1500, 700]
const leastInputs = 20

for (const parser of parsers) {
  test(`${parser.name}, broken in many ways, is accepted or refused as declared`, async () => {
    for (const sample of parser.corpus) {
      const expected = parser.signs ? 'refused' : 'accepted'
      assert.equal(await outcome(parser, sample), expected, shown(sample))
    }

    const random = seededRandom(seed)
    const end = performance.now() + (seconds > 0 ? (seconds * 1000) / parsers.length : usualMilliseconds)
    let inputs = 0
    while (inputs < leastInputs || (performance.now() < end && (seconds > 0 || inputs < usualInputs))) {
      const sample = parser.corpus[Math.floor(random() * parser.corpus.length)]!
      const input = mutate(sample, parser.corpus, random)
      assert.match(
        await outcome(parser, input),
        /^(accepted|refused)$/,
        `seed ${seed}, input ${inputs}: ${shown(input)}`,
      )
      inputs++
    }
  })
}

test('the fuzzer finds a parser that throws what it has not declared, and one that hangs', async () => {
  const broken: Parser = { name: '', corpus: [], refusals: [SyntaxError], parse: (bytes) => JSON.parse(`${bytes}`).a.b }
  assert.equal(await outcome(broken, Buffer.from('{')), 'refused')
  assert.match(await outcome(broken, Buffer.from('{}')), /^TypeError/)

  const slow: Parser = { ...broken, parse: () => compute(1100) }
  assert.match(await outcome(slow, Buffer.from('')), /^took \d+ ms$/)
})

function compute(milliseconds: number): void {
  const start = cpuMilliseconds()
  while (cpuMilliseconds() - start < milliseconds);
}

async function outcome({ parse, refusals }: Parser, input: Buffer): Promise<string> {
  const start = cpuMilliseconds()
  let end = 'accepted'
  try {
    await parse(input)
  } catch (error) {
    end = 'refused'
    if (!refusals.some((refusal) => error instanceof refusal)) return (error as Error).stack ?? String(error)
  }
  const took = Math.round(cpuMilliseconds() - start)
  return took > maxMilliseconds ? `took ${took} ms` : end
}

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const shown = (input: Buffer): string =>
  `${input.toString('base64')} (base64 of ${JSON.stringify(input.toString('latin1').slice(0, 300))})`
