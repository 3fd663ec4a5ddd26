// Sends broken input to everything that parses what comes from outside: it accepts, or refuses as it declares, and in time.
// Inputs that reach code which none before them had reached are broken further.
// FUZZ_SECONDS=600 npm test -- test/fuzz/fuzz.test.ts runs for longer, from another seed; FUZZ_SEED repeats a run.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { measureCoverage } from './coverage.ts'
import { mutate, seededRandom } from './mutate.ts'
import { type Parser, parsers } from './parsers.ts'

const seconds = Number(process.env.FUZZ_SECONDS ?? 0)
const seed = Number(process.env.FUZZ_SEED ?? (seconds > 0 ? Date.now() % 2 ** 32 : 1))

/** Of this process's CPU time, which a busy machine doesn't stretch; what takes exponential time takes far longer. */
const maxMilliseconds = 1000
/** In every run of the tests: so many inputs, or so long. */
const [usualInputs, usualMilliseconds] = [1500, 700]
/** Coverage is read after so many. */
const batch = 25

const coverage = measureCoverage()
after(() => coverage.stop())

for (const parser of parsers) {
  test(`${parser.name}, broken in many ways, is accepted or refused as declared`, async (t) => {
    for (const sample of parser.corpus) {
      const expected = parser.signs ? 'refused' : 'accepted'
      assert.equal(await outcome(parser, sample), expected, shown(sample))
    }
    coverage.add(coverage.take())

    const milliseconds = seconds > 0 ? (seconds * 1000) / parsers.length : usualMilliseconds
    const { tried, kept, fault } = await fuzz(
      parser,
      milliseconds,
      seconds > 0 ? Number.POSITIVE_INFINITY : usualInputs,
    )
    assert.equal(fault, undefined)
    t.diagnostic(`${tried} inputs, ${kept} of which reached code that those before had not`)
  })
}

interface Fuzzed {
  tried: number
  kept: number
  fault?: string
}

/**
 * Breaks the samples, and every input that has reached new code: what needs several faults at the right places is found
 * one by one. Coverage is read after a batch; only the inputs of one that reached new code are repeated, each for itself.
 */
async function fuzz(parser: Parser, milliseconds: number, maxInputs: number): Promise<Fuzzed> {
  const random = seededRandom(seed)
  const corpus = [...parser.corpus]
  const end = performance.now() + milliseconds
  let tried = 0
  const result = (fault?: string): Fuzzed => ({ tried, kept: corpus.length - parser.corpus.length, fault })

  while (tried < batch || (performance.now() < end && tried < maxInputs)) {
    const inputs = Array.from({ length: batch }, () => mutate(pick(corpus, random), corpus, random))
    for (const input of inputs) {
      const found = await outcome(parser, input)
      if (found !== 'accepted' && found !== 'refused') return result(`seed ${seed}, ${shown(input)}: ${found}`)
      tried++
    }
    corpus.push(...(await reachingMore(parser, inputs)))
  }
  return result()
}

/** The inputs of the batch that reach what those before them had not. */
async function reachingMore(parser: Parser, inputs: Buffer[]): Promise<Buffer[]> {
  const batchRun = coverage.take()
  if (!coverage.isNew(batchRun)) return []
  const kept: Buffer[] = []
  for (const input of inputs) {
    await outcome(parser, input)
    const run = coverage.take()
    if (coverage.isNew(run)) kept.push(input)
    coverage.add(run)
  }
  coverage.add(batchRun)
  return kept
}

/** Often one of the last, which are the least explored. */
function pick(corpus: Buffer[], random: () => number): Buffer {
  const last = Math.min(corpus.length, 8)
  const at = random() < 0.5 ? corpus.length - 1 - Math.floor(random() * last) : Math.floor(random() * corpus.length)
  return corpus[at]!
}

test('the fuzzer finds a parser that throws what it has not declared, and one that hangs', async () => {
  const broken: Parser = { name: '', corpus: [], refusals: [SyntaxError], parse: (bytes) => JSON.parse(`${bytes}`).a.b }
  assert.equal(await outcome(broken, Buffer.from('{')), 'refused')
  assert.match(await outcome(broken, Buffer.from('{}')), /^TypeError/)

  const result = await fuzz({ ...broken, corpus: [Buffer.from('{"a":{"b":1}}')] }, 5000, 5000)
  assert.match(result.fault ?? '', /TypeError/)

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

test('what needs several faults at the right places is found one by one', async () => {
  const parse = (bytes: Buffer) => {
    const text = bytes.toString('latin1')
    if (text.includes('<!DOCTYPE x>')) {
      if (text.includes('__proto__')) {
        if (text.includes('1e999')) {
          if (text.includes('&#x110000;')) throw new TypeError('found')
        }
      }
    }
  }
  const parser: Parser = { name: '', corpus: [Buffer.from('sample')], refusals: [], parse }
  const { fault, kept } = await fuzz(parser, 20_000, 20_000)
  assert.match(fault ?? '', /TypeError: found/)
  assert.ok(kept >= 3, `${kept}`)
})
