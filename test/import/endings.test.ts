import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import type { UserImportJobType } from '@aws-sdk/client-cognito-identity-provider'
import { sql } from 'kysely'
import { sweep } from '../../src/jobs/sweep.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { csv, importScene, person, upload, waitUntil } from './scene.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const { makePool, createJob, start, run, endOf } = importScene(() => server)

async function uploadedJob(rows = 1) {
  const { UserPoolId, header } = await makePool()
  const job = await createJob(UserPoolId)
  const people = Array.from({ length: rows }, (_, n) => person(n, { name: randomBytes(150).toString('hex') }))
  assert.equal((await upload(job, csv(header, people))).status, 200)
  return job
}

const chunksOf = (job: UserImportJobType) =>
  server.ctx.db.selectFrom('import_chunks').selectAll().where('job_id', '=', job.JobId!).orderBy('number').execute()

/** Whether another pool's import goes through. */
async function othersGoOn() {
  const ended = await run(await uploadedJob())
  assert.equal(ended.Status, 'Succeeded')
}

const unreadable = ['Failed', 'The CSV file could not be read.']

test('a job whose file lacks a part ends Failed, and the next pool imports', async () => {
  const { db } = server.ctx
  for (const lost of ['first', 'last', 'all'] as const) {
    const job = await uploadedJob(1000)
    const numbers = (await chunksOf(job)).map(({ number }) => number)
    assert.ok(numbers.length > 2)
    await db
      .deleteFrom('import_chunks')
      .where('job_id', '=', job.JobId!)
      .$if(lost !== 'all', (query) => query.where('number', '=', lost === 'first' ? 0 : numbers.at(-1)!))
      .execute()
    const ended = await run(job)
    assert.deepEqual([ended.Status, ended.CompletionMessage], unreadable, lost)
    assert.deepEqual(await chunksOf(job), [])
  }
  await othersGoOn()
})

test('a job whose file was altered, or is another job’s, ends Failed', async () => {
  const { db } = server.ctx
  const altered = await uploadedJob()
  await sql`update import_chunks set bytes = set_byte(bytes, 40, get_byte(bytes, 40) # 1)
    where job_id = ${altered.JobId!}`.execute(db)
  const [first, second] = [await uploadedJob(), await uploadedJob()]
  const [foreign] = await chunksOf(second)
  await db.updateTable('import_chunks').set({ bytes: foreign!.bytes }).where('job_id', '=', first.JobId!).execute()
  for (const job of [altered, first]) {
    const ended = await run(job)
    assert.deepEqual([ended.Status, ended.CompletionMessage, ended.ImportedUsers], [...unreadable, 0])
  }
})

test('a file that an older release has stored is imported', async () => {
  const { UserPoolId, header } = await makePool()
  const job = await createJob(UserPoolId)
  const upload_id = crypto.randomUUID()
  const bytes = deflateRawSync(csv(header, [person(1)]))
  const { db } = server.ctx
  await db
    .insertInto('import_chunks')
    .values({ pool_id: UserPoolId, job_id: job.JobId!, upload_id, number: 0, bytes })
    .execute()
  await db.updateTable('import_jobs').set({ upload_id }).where('id', '=', job.JobId!).execute()
  assert.equal((await run(job)).ImportedUsers, 1)
})

test('what was uploaded is not readable in the database, and gone once the job has ended', async () => {
  const { UserPoolId, header } = await makePool()
  const job = await createJob(UserPoolId)
  const secret = 'nobody-reads-this'
  await upload(job, csv(header, [person(1, { name: secret })]))
  const chunks = await chunksOf(job)
  assert.ok(chunks.length > 0)
  const stored = Buffer.concat(chunks.map(({ bytes }) => bytes))
  assert.equal(stored.includes(secret), false)
  assert.equal(stored.includes(deflateRawSync(csv(header, [person(1, { name: secret })]), { level: 1 })), false)
  await run(job)
  const row = await server.ctx.db
    .selectFrom('import_jobs')
    .select('file_key')
    .where('id', '=', job.JobId!)
    .executeTakeFirstOrThrow()
  assert.deepEqual([await chunksOf(job), row.file_key], [[], null])
})

test('a file that is never started is deleted once its job has expired, and not before', async () => {
  const job = await uploadedJob()
  server.clock.advance({ hours: 23 })
  await sweep(server.ctx)
  assert.equal((await chunksOf(job)).length, 1)
  server.clock.advance({ hours: 2 })
  await sweep(server.ctx)
  assert.deepEqual(await chunksOf(job), [])
})

test('what an upload leaves whose server died is deleted, and the file of the job is not', async () => {
  const job = await uploadedJob()
  const [chunk] = await chunksOf(job)
  // Its id says when it began.
  const upload_id = chunk!.upload_id.replace(/^.{8}-.{4}/, '00000000-0001')
  await server.ctx.db
    .insertInto('import_chunks')
    .values({ ...chunk!, upload_id })
    .execute()
  await sweep(server.ctx)
  assert.deepEqual(
    (await chunksOf(job)).map((kept) => kept.upload_id),
    [chunk!.upload_id],
  )
  assert.equal((await run(job)).Status, 'Succeeded')
})

test('a job whose thread throws again and again ends Failed, and the next pool imports', async () => {
  const job = await uploadedJob()
  const { db } = server.ctx
  // Every write of this job's batch is refused.
  await sql`alter table import_jobs add constraint no_progress check (next_line = 1 or id <> ${sql.lit(job.JobId!)})`.execute(
    db,
  )
  const logged: { job?: string; attempt?: number }[] = []
  const { error } = server.ctx.log
  server.ctx.log.error = ((about: object) => logged.push(about)) as typeof error
  await start(job)
  for (let attempt = 1; attempt <= 5; attempt++) {
    await waitUntil(() => logged.length === attempt)
    server.clock.advance({ minutes: 2 })
  }
  const ended = await endOf(job)
  server.ctx.log.error = error
  assert.deepEqual([ended.Status, ended.ImportedUsers], ['Failed', 0])
  assert.equal(ended.CompletionMessage, 'The import job failed because of an internal error.')
  assert.deepEqual(
    logged.map(({ attempt }) => attempt),
    [1, 2, 3, 4, 5],
  )
  assert.deepEqual(await chunksOf(job), [])
  await othersGoOn()
})

test('a job whose nodes die again and again ends Failed', async () => {
  const job = await uploadedJob()
  await server.ctx.db
    .updateTable('import_jobs')
    .set({ status: 'InProgress', attempts: 5, claimed_until: server.clock.now() })
    .where('id', '=', job.JobId!)
    .execute()
  assert.equal((await endOf(job)).Status, 'Failed')
})

test('a job that no node runs stops at once, and its file goes; one that a node runs stops after its batch', async () => {
  const idle = await startTestServer({}, { jobs: false })
  try {
    const scene = importScene(() => idle)
    const { UserPoolId, header } = await scene.makePool()
    const stored = () => idle.ctx.db.selectFrom('import_chunks').selectAll().execute()
    for (const claimed of [false, true]) {
      const job = await scene.createJob(UserPoolId)
      await upload(job, csv(header, [person(1)]))
      await scene.start(job)
      const { JobId } = job
      if (claimed)
        await idle.ctx.db
          .updateTable('import_jobs')
          .set({ status: 'InProgress', claimed_until: new Date('2999-01-01') })
          .where('id', '=', JobId!)
          .execute()
      const { UserImportJob } = await idle.cognito.stopUserImportJob({ UserPoolId, JobId })
      const { Status, CompletionMessage, CompletionDate } = UserImportJob!
      if (claimed) assert.deepEqual([Status, CompletionDate], ['Stopping', undefined])
      else {
        assert.deepEqual([Status, CompletionMessage], ['Stopped', 'The Import Job was stopped by the developer.'])
        assert.ok(CompletionDate)
      }
      assert.equal((await stored()).length, claimed ? 1 : 0)
      await assert.rejects(idle.cognito.stopUserImportJob({ UserPoolId, JobId }), {
        name: 'PreconditionNotMetException',
      })
    }
  } finally {
    await idle.close()
  }
})
