import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { pino } from 'pino'
import type { Destination, LogRecord } from '../../src/delivery/logs/destination.ts'
import { createLogQueue } from '../../src/delivery/logs/log-queue.ts'
import { createSender } from '../../src/delivery/logs/send-batch.ts'
import { OutboundRefused } from '../../src/lib/outbound.ts'
import { type FakeAws, keys, startFakeAws } from './fake-aws.ts'

const silent = pino({ level: 'silent' })
const poolId = 'us-east-1_abcdefghi'
const at = Date.UTC(2026, 10, 21, 12)
const group: Destination = { service: 'logs', arn: 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/users', poolId }
const stream: Destination = {
  service: 'firehose',
  arn: 'arn:aws:firehose:us-east-1:123456789012:deliverystream/users',
  poolId,
}
const bucket: Destination = { service: 's3', arn: 'arn:aws:s3:::users-of-mine', poolId }
const records = (count: number): LogRecord[] =>
  Array.from({ length: count }, (_, index) => ({ at: at + index, text: JSON.stringify({ index }) }))

// In production, where an endpoint that the operator names may be anywhere.
const settings = { credentials: keys, region: 'us-east-1', allowPrivateAddresses: false }

let aws: FakeAws
let sender: ReturnType<typeof createSender>

before(async () => {
  aws = await startFakeAws()
  sender = createSender({ ...settings, endpoint: aws.url })
})
beforeEach(() => {
  aws.taken = []
  aws.answer = () => undefined
})
after(async () => {
  sender.close()
  await aws.close()
})

const failure = (type: string, status = 400) => ({ status, body: JSON.stringify({ __type: type, message: type }) })

test('CloudWatch Logs gets events of the pool and the day, signed', async () => {
  assert.deepEqual(await sender.send(group, records(3)), [])
  const [call] = aws.taken
  assert.equal(call!.what, 'PutLogEvents')
  assert.deepEqual(JSON.parse(call!.body), {
    logGroupName: '/aws/users',
    logStreamName: `${poolId}/2026/11/21`,
    logEvents: [0, 1, 2].map((index) => ({ timestamp: at + index, message: `{"index":${index}}` })),
  })
})

test('a missing stream is created once, even by two writers at the same time', async () => {
  let exists = false
  aws.answer = ({ what }) => {
    if (what === 'CreateLogStream') {
      exists = true
      return failure('ResourceAlreadyExistsException')
    }
    return exists ? undefined : failure('ResourceNotFoundException')
  }
  await sender.send(group, records(1))
  assert.deepEqual(
    aws.taken.map(({ what }) => what),
    ['PutLogEvents'],
  )
})

test('a group that is missing is said to be', async () => {
  aws.answer = () => failure('ResourceNotFoundException')
  await assert.rejects(sender.send(group, records(1)), { name: 'ResourceNotFoundException' })
})

test('Firehose gets records line by line, and reports the ones that it did not accept', async () => {
  aws.answer = () => ({
    status: 200,
    body: JSON.stringify({
      FailedPutCount: 1,
      RequestResponses: [{ RecordId: '1' }, { ErrorCode: 'ServiceUnavailableException' }, { RecordId: '3' }],
    }),
  })
  const three = records(3)
  assert.deepEqual(await sender.send(stream, three), [three[1]])
  aws.answer = () => undefined
  assert.deepEqual(await sender.send(stream, three), [])
  const { DeliveryStreamName, Records } = JSON.parse(aws.taken[0]!.body)
  assert.equal(DeliveryStreamName, 'users')
  assert.deepEqual(
    Records.map(({ Data }: { Data: string }) => Buffer.from(Data, 'base64').toString()),
    three.map(({ text }) => `${text}\n`),
  )
})

test('S3 gets one object of lines for a batch', async () => {
  await sender.send(bucket, records(2))
  const [call] = aws.taken
  assert.match(call!.what, new RegExp(`^PUT /users-of-mine/AWSLogs/${poolId}/2026/11/21/[0-9a-f-]{36}\\.json$`))
  assert.equal(call!.body, '{"index":0}\n{"index":1}\n')
  aws.answer = () => ({ status: 404, body: '<Error><Code>NoSuchBucket</Code></Error>' })
  await assert.rejects(sender.send(bucket, records(2)), { name: 'NoSuchBucket' })
})

test('a signature by another key is refused', async () => {
  const other = createSender({
    ...settings,
    endpoint: aws.url,
    credentials: { ...keys, secretAccessKey: 'another-secret' },
  })
  for (const destination of [group, stream, bucket]) await assert.rejects(other.send(destination, records(1)))
  assert.deepEqual(aws.taken, [])
  other.close()
})

test('where the region of an ARN is part of the endpoint, addresses that are not public are out of reach', async () => {
  const regional = { ...settings, endpoint: `${aws.url}/{region}` }
  const guarded = createSender(regional)
  await assert.rejects(guarded.send(group, records(1)), new OutboundRefused('private-address'))
  guarded.close()

  const elsewhere = { ...group, arn: 'arn:aws:logs:evil.example.com/:123456789012:log-group:users' }
  const open = createSender({ ...regional, allowPrivateAddresses: true })
  await open.send(elsewhere, records(1))
  assert.equal(aws.taken.length, 1, 'signed for the region of this server')
  open.close()
})

/** A destination that fails as often as it is told to. */
function flaky(failures: number) {
  const sent: LogRecord[][] = []
  let left = failures
  const send = async (_: Destination, batch: LogRecord[]) => {
    if (left-- > 0) throw new Error('full')
    sent.push(batch)
    return []
  }
  return { sent, send }
}

const settled = async (done: () => boolean) => {
  for (let waited = 0; waited < 5000 && !done(); waited += 5) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.ok(done())
}

test('records leave in batches, in the order of time', async () => {
  const { sent, send } = flaky(0)
  const queue = createLogQueue(send, silent, { every: 10 })
  for (const record of records(1200).reverse()) queue.add(stream, record)
  await settled(() => sent.flat().length === 1200)
  assert.ok(sent.length >= 3 && sent.every((batch) => batch.length <= 500))
  for (const batch of sent) assert.ok(batch.every(({ at: time }, index) => index === 0 || time >= batch[index - 1]!.at))
  await queue.close()
})

test('a batch is no heavier than its destination takes', async () => {
  const { sent, send } = flaky(0)
  const queue = createLogQueue(send, silent, { every: 10 })
  for (let index = 0; index < 5; index++) queue.add(group, { at: at + index, text: 'x'.repeat(300_000) })
  await settled(() => sent.flat().length === 5)
  assert.deepEqual(
    sent.map((batch) => batch.length),
    [3, 2],
  )
  await queue.close()
})

test('what a destination does not take is sent again, with what came meanwhile', async () => {
  const { sent, send } = flaky(2)
  const queue = createLogQueue(send, silent, { every: 5, backOff: [10, 10, 10] })
  const [first, second] = records(2)
  queue.add(group, first!)
  await queue.flush()
  queue.add(group, second!)
  await settled(() => sent.length === 1)
  assert.deepEqual(sent, [[first, second]])
  await queue.close()
})

test('only the records that were not taken are sent again', async () => {
  const sent: LogRecord[][] = []
  const queue = createLogQueue(
    async (_, batch) => {
      sent.push(batch)
      return sent.length === 1 ? batch.slice(1) : []
    },
    silent,
    { every: 5, backOff: [5] },
  )
  const three = records(3)
  for (const record of three) queue.add(stream, record)
  await settled(() => sent.length === 2)
  assert.deepEqual(sent, [three, three.slice(1)])
  await queue.close()
})

test('a destination that stays away loses its records, and holds up no other', async () => {
  const lost: unknown[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => lost.push(JSON.parse(line)) })
  const sent: string[] = []
  const send = async ({ arn }: Destination, batch: LogRecord[]) => {
    if (arn === bucket.arn) throw Object.assign(new Error(), { name: 'NoSuchBucket' })
    sent.push(...batch.map(({ text }) => text))
    return []
  }
  const queue = createLogQueue(send, log, { every: 5, backOff: [5, 5] })
  for (const record of records(4)) {
    queue.add(bucket, record)
    queue.add(group, record)
  }
  await settled(() => lost.length === 1 && sent.length === 4)
  const { reason, lost: count } = lost[0] as { reason: string; lost: number }
  assert.deepEqual([reason, count], ['NoSuchBucket', 4])
  queue.add(bucket, records(1)[0]!)
  await settled(() => lost.length === 2)
  await queue.close()
})

test('no more waits than there is room for: the oldest go', async () => {
  const { sent, send } = flaky(1)
  const queue = createLogQueue(send, silent, { every: 5, backOff: [50], capacity: 10 })
  for (const record of records(25)) queue.add(group, record)
  await queue.flush()
  for (const record of records(30).slice(25)) queue.add(group, record)
  await settled(() => sent.length === 1)
  assert.deepEqual(
    sent[0]!.map(({ at: time }) => time - at),
    [20, 21, 22, 23, 24, 25, 26, 27, 28, 29],
  )
  await queue.close()
})

test('closing gives what waits a last chance', async () => {
  const { sent, send } = flaky(0)
  const queue = createLogQueue(send, silent, { every: 60_000 })
  queue.add(group, records(1)[0]!)
  await queue.close()
  assert.equal(sent.length, 1)
})
