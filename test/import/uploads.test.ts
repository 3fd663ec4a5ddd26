import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import type { UserImportJobType } from '@aws-sdk/client-cognito-identity-provider'
import { startTestServer, type TestServer } from '../support/server.ts'
import { csv, importScene, person, waitUntil } from './scene.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const { makePool, createJob, start, run, endOf } = importScene(() => server)

/** An upload over a socket of its own, which sends when it is told to, and can break. */
async function openUpload(job: UserImportJobType, length: number) {
  const { hostname, port, pathname, search } = new URL(job.PreSignedUrl!)
  const socket: Socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  let answer = ''
  socket.setEncoding('latin1').on('data', (text) => {
    answer += text
  })
  socket.on('error', () => {})
  socket.write(`PUT ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: ${length}\r\n\r\n`)
  return {
    send: (bytes: Buffer) => new Promise<void>((resolve) => socket.write(bytes, () => resolve())),
    async status() {
      await waitUntil(() => answer.includes('\r\n\r\n'))
      return Number(answer.split(' ')[1])
    },
    async breakOff() {
      socket.resetAndDestroy()
      await once(socket, 'close')
    },
    close: () => socket.destroy(),
  }
}

/** Numbers that don't repeat, so that a file of them is kept in many chunks. */
function noise(seed: number, length: number): string {
  let state = seed
  let text = ''
  while (text.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    text += state.toString(36)
  }
  return text.slice(0, length)
}

const file = (header: string[], who: string, rows: number): Buffer =>
  Buffer.from(
    csv(
      header,
      Array.from({ length: rows }, (_, n) => person(`${who}${n}`, { name: noise(n * 31 + who.length, 1000) })),
    ),
  )

const storedUploads = async (job: UserImportJobType) => {
  const rows = await server.ctx.db
    .selectFrom('import_chunks')
    .select('upload_id')
    .distinct()
    .where('job_id', '=', job.JobId!)
    .execute()
  return rows.length
}

const importedNames = async (UserPoolId: string) => {
  const { Users } = await server.cognito.listUsers({ UserPoolId })
  return Users!.map(({ Username }) => Username!)
}

test('an upload that breaks off takes nothing from one that was completed meanwhile', async () => {
  const { UserPoolId, header } = await makePool()
  const job = await createJob(UserPoolId)
  const [a, b] = [file(header, 'a', 200), file(header, 'b', 210)]

  const broken = await openUpload(job, a.length)
  await broken.send(a.subarray(0, a.length / 2))
  await waitUntil(async () => (await storedUploads(job)) === 1)
  const whole = await openUpload(job, b.length)
  await whole.send(b)
  assert.equal(await whole.status(), 200)
  await broken.breakOff()
  whole.close()
  await waitUntil(async () => (await storedUploads(job)) === 1)

  const ended = await run(job)
  assert.deepEqual([ended.Status, ended.ImportedUsers], ['Succeeded', 210])
})

test('of two uploads at once the last that was completed counts, whole', async () => {
  const { UserPoolId, header } = await makePool()
  const job = await createJob(UserPoolId)
  const [a, b] = [file(header, 'a', 20), file(header, 'b', 210)]

  const first = await openUpload(job, a.length)
  await first.send(a.subarray(0, a.length / 2))
  const second = await openUpload(job, b.length)
  await second.send(b)
  assert.equal(await second.status(), 200)
  await first.send(a.subarray(a.length / 2))
  assert.equal(await first.status(), 200)
  first.close()
  second.close()
  assert.equal(await storedUploads(job), 1)

  const ended = await run(job)
  assert.deepEqual([ended.Status, ended.ImportedUsers], ['Succeeded', 20])
  assert.ok((await importedNames(UserPoolId)).every((name) => name.startsWith('usera')))
})

test('many uploads that end in the same moment leave one whole file', async () => {
  const { UserPoolId, header } = await makePool()
  const job = await createJob(UserPoolId)
  const sizes = [11, 12, 13, 14, 15, 16]
  const uploads = await Promise.all(
    sizes.map(async (rows) => {
      const body = file(header, `n${rows}x`, rows)
      const upload = await openUpload(job, body.length)
      return { body, upload }
    }),
  )
  const statuses = await Promise.all(
    uploads.map(async ({ body, upload }) => {
      await upload.send(body)
      return upload.status()
    }),
  )
  assert.deepEqual(
    statuses,
    sizes.map(() => 200),
  )
  for (const { upload } of uploads) upload.close()
  assert.equal(await storedUploads(job), 1)
  const ended = await run(job)
  assert.equal(ended.Status, 'Succeeded')
  assert.ok(sizes.includes(ended.ImportedUsers!))
  assert.equal(new Set((await importedNames(UserPoolId)).map((name) => name.split('x')[0])).size, 1)
})

test('an upload that goes on while the job is started is refused, and the file that was started is imported', async () => {
  const { UserPoolId, header } = await makePool()
  const job = await createJob(UserPoolId)
  const [a, b] = [file(header, 'a', 20), file(header, 'b', 21)]
  const late = await openUpload(job, a.length)
  await late.send(a.subarray(0, a.length / 2))
  const whole = await openUpload(job, b.length)
  await whole.send(b)
  assert.equal(await whole.status(), 200)
  await start(job)
  await late.send(a.subarray(a.length / 2))
  assert.equal(await late.status(), 403)
  late.close()
  whole.close()
  const ended = await endOf(job)
  assert.deepEqual([ended.Status, ended.ImportedUsers], ['Succeeded', 21])
})

test('what a broken upload leaves is deleted at once', async () => {
  const { UserPoolId, header } = await makePool()
  const job = await createJob(UserPoolId)
  const body = file(header, 'a', 200)
  const broken = await openUpload(job, body.length)
  await broken.send(body.subarray(0, body.length / 2))
  await waitUntil(async () => (await storedUploads(job)) === 1)
  await broken.breakOff()
  await waitUntil(async () => (await storedUploads(job)) === 0)
  await assert.rejects(start(job), { name: 'PreconditionNotMetException' })
})
