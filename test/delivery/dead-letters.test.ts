import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, test } from 'node:test'
import { promisify } from 'node:util'
import { outbox } from '../../src/cli/outbox.ts'
import { sweep } from '../../src/jobs/sweep.ts'
import { createScene, type Scene, until } from '../messages/scene.ts'
import { code, type Production, rowOf, someone, startProduction } from './production.ts'

let scene: Scene
let http: Server
let production: Production
/** What the receiver says to the next messages. */
let answers: number[] = []
let bodies: string[] = []

before(async () => {
  scene = await createScene()
  http = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    bodies.push(body)
    res.writeHead(answers.shift() ?? 204).end()
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  production = await startProduction(scene, { smsWebhook: { url, secret: 'a secret of the webhook' } })
})
afterEach(async () => {
  await scene.ctx.db.deleteFrom('outbox').execute()
  answers = []
  bodies = []
})
after(async () => {
  await production.stop()
  await new Promise((resolve) => http.close(resolve).closeAllConnections())
  await scene.close()
})

/** The command over the scene's database, and what it prints. */
async function run(...args: string[]): Promise<string> {
  let printed = ''
  await outbox(
    args,
    (use) => use(scene.ctx.db),
    (text: string) => {
      printed += text
    },
  )
  return printed
}

const sms = (answer: number) => {
  answers.push(answer)
  return production.send({ medium: 'SMS' })
}

test('an operator sees dead and waiting messages, but no address and no text', async () => {
  assert.equal(await run('list'), 'No message is undelivered.')
  await sms(204)
  const dead = await sms(400)
  const waiting = await sms(503)
  const said = await run('list')
  const lines = said.split('\n').slice(1)
  assert.equal(lines.length, 2)
  const lineOf = ({ id }: { id: string }) => lines.find((line) => line.startsWith(id))!
  assert.match(lineOf(dead), new RegExp(` dead +SMS +SignUp +${dead.pool_id} .* webhook 400$`))
  assert.match(lineOf(waiting), / waiting +SMS .* webhook 503$/)
  for (const secret of [code, someone.SMS]) assert.ok(!said.includes(secret))
})

test('a dead message is sent again when an operator requests it', async () => {
  const { id, reference } = await sms(400)
  assert.equal(await run('retry', id), '1 message is under way again.')
  const done = await until(async () => {
    const row = await rowOf(scene, reference)
    return row.state === 'delivered' ? row : undefined
  })
  assert.equal(done.attempts, 2)
  assert.equal(done.sealed, null)
  assert.equal(bodies.length, 2)
  assert.equal(bodies[0], bodies[1])
})

test('all dead messages are sent at once, and delivered ones are not sent again', async () => {
  await sms(204)
  const dead = [await sms(400), await sms(422)]
  assert.equal(await run('retry', 'all'), '2 messages are under way again.')
  for (const { reference } of dead)
    await until(async () => (await rowOf(scene, reference)).state === 'delivered' || undefined)
  assert.equal(bodies.length, 5)
  assert.equal(await run('retry', 'all'), '0 messages are under way again.')
})

test('a message whose code has expired is erased, and is not sent again', async () => {
  const { id, pool_id, reference } = await sms(400)
  const past = new Date(scene.clock.now().getTime() - 1000)
  await scene.ctx.db.updateTable('outbox').set({ expires_at: past }).where('pool_id', '=', pool_id).execute()
  await assert.rejects(run('retry', id), { name: 'StartError', message: /Not dead, expired, or not there/ })
  assert.match(await run('list'), new RegExp(`${id} +expired`))
  assert.ok((await rowOf(scene, reference)).sealed)
  await sweep(scene.ctx)
  assert.equal((await rowOf(scene, reference)).sealed, null)
  assert.equal(await run('retry', 'all'), '0 messages are under way again.')
})

test('a message that waits, was delivered or is not there is left alone', async () => {
  const others = [await sms(204), await sms(503), { id: '00000000-0000-7000-8000-000000000000' }]
  for (const { id } of others) await assert.rejects(run('retry', id), { message: /^0 messages are under way again/ })
})

test('anything else is refused with how to say it', async () => {
  for (const args of [[], ['list', 'x'], ['retry'], ['delete', 'all'], ['retry', "x' or true"]])
    await assert.rejects(run(...args), { name: 'UsageError' }, args.join(' '))
  const failed = await promisify(execFile)(process.execPath, ['src/main.ts', 'outbox', 'send']).catch((error) => error)
  assert.equal(failed.code, 2)
  assert.match(failed.stderr, /^Say `poolhouse outbox list`/)
})
