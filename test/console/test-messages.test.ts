import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { adminOf, keyOf } from '../administration/scene.ts'
import { type ConsoleScene, heading, press, startConsole, told } from './scene.ts'

const arnOf = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`
const KMSKeyID = 'arn:aws:kms:us-east-1:000000000000:key/codes'

let scene: ConsoleScene
let folder: string
let gateway: Server
let isRefusing = false
let UserPoolId: string

before(async () => {
  gateway = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(isRefusing ? 403 : 200).end())
  })
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/`
  folder = await mkdtemp(join(tmpdir(), 'poolhouse-triggers-'))
  const module = (name: string, code: string) =>
    writeFile(join(folder, `${name}.mjs`), `export const handler = async (event) => {${code}}`)
  await module('words', "event.response.emailMessage = 'From the function: {####}'; return event")
  await module(
    'sender',
    "if (!event.request.userAttributes.email.startsWith('ann')) throw new Error('no such mailbox'); return event",
  )
  scene = await startConsole({
    triggersDir: folder,
    senderKeys: { [KMSKeyID]: Buffer.alloc(32, 7) },
    mailWebhook: { url, secret: 'a-secret-of-the-gateway' },
  })
  UserPoolId = (
    await scene.cognito.createUserPool({
      PoolName: 'shop',
      VerificationMessageTemplate: {
        EmailSubject: 'Hello from the shop',
        EmailMessage: '<p>Use <b>{####}</b></p>',
        EmailMessageByLink: 'Press {##here##}',
      },
    })
  ).UserPool!.Id!
})
after(async () => {
  await scene?.close()
  gateway.close()
  await rm(folder, { recursive: true })
})

test('a test message is sent from the page of the messages, and says why it did not go', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/messages`)
  const { page } = tab
  await heading(page, 'Mail and SMS')
  await press(page, 'Send a test: Verification by code')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Email address').fill('ann at example')
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await told(page, 'Address must be an email address.')
  isRefusing = true
  await dialog.getByLabel('Email address').fill('ann@example.com')
  await page.keyboard.press('Enter')
  await told(page, /^It was not delivered: .*403/)
  await tab.look('test-message-failed')
  isRefusing = false
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await told(page, 'The test is on its way to ann@example.com.')
  const mail = await scene.message({ to: 'ann@example.com', subject: 'Hello from the shop' })
  assert.equal(mail.body, '<p>Use <b>123456</b></p>')

  await page.setViewportSize({ width: 360, height: 800 })
  await press(page, 'Send a test: Invitation')
  await dialog.getByRole('radio', { name: 'SMS' }).check()
  await dialog.getByLabel('Phone number').fill('+15555550123')
  assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0)
  await tab.look('test-message')
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await told(page, 'The test is on its way to +15555550123.')
  const sms = await scene.message({ to: '+15555550123' })
  assert.equal(sms.body, 'Your username is sample-user and temporary password is Sample-Password-1. ')
  await tab.close()
})

test('a link is sent by mail alone, in the words for links', async () => {
  const admin = adminOf(scene)
  const link = { UserPoolId, Template: 'VerificationLink' } as const
  await assert.rejects(admin.sendTestMessage({ ...link, Medium: 'SMS', Address: '+15555550123' }), {
    name: 'InvalidParameterException',
  })
  await admin.sendTestMessage({ ...link, Medium: 'EMAIL', Address: 'ben@example.com' })
  const { body } = await scene.message({ to: 'ben@example.com' })
  assert.match(body, /^Press <a href="http:\/\/localhost:\d+">here<\/a>$/)
})

test('functions of the pool write and send its tests, and what they refuse is said', async () => {
  const admin = adminOf(scene)
  const poolWith = async (LambdaConfig: object) =>
    (await scene.cognito.createUserPool({ PoolName: 'functions', LambdaConfig })).UserPool!.Id!
  const send = (pool: string, Address: string) =>
    admin.sendTestMessage({ UserPoolId: pool, Template: 'Verification', Medium: 'EMAIL', Address })

  assert.deepEqual(await send(await poolWith({ CustomMessage: arnOf('words') }), 'cleo@example.com'), {
    Status: 'Delivered',
  })
  assert.equal((await scene.message({ to: 'cleo@example.com' })).body, 'From the function: 123456')
  const missing = await send(await poolWith({ CustomMessage: arnOf('missing') }), 'cleo@example.com')
  assert.match(missing.Reason!, /CustomMessage invocation failed due to error ResourceNotFoundException/)

  const CustomEmailSender = { LambdaArn: arnOf('sender'), LambdaVersion: 'V1_0' }
  const bySender = await poolWith({ CustomEmailSender, KMSKeyID })
  assert.deepEqual(await send(bySender, 'ann@example.com'), { Status: 'Delivered' })
  assert.match((await send(bySender, 'dora@example.com')).Reason!, /no such mailbox/)
  const withoutKey = await send(
    await poolWith({ CustomEmailSender, KMSKeyID: 'arn:aws:kms:us-east-1:000000000000:key/unknown' }),
    'ann@example.com',
  )
  assert.match(withoutKey.Reason!, /can't be encrypted/)
})

test('only who may send tests sends them; the audit has no address; a pool has twenty in an hour', async () => {
  const admin = adminOf(scene)
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'busy' })
  const input = { UserPoolId: UserPool!.Id!, Template: 'SecondFactor', Medium: 'EMAIL' } as const
  const Address = 'secret-person@example.com'
  await admin.putRole({ RoleName: 'desk', ReadyMadePolicy: 'help-desk', UserPoolIds: [input.UserPoolId] })
  await admin.putRole({ RoleName: 'maker', ReadyMadePolicy: 'developer', UserPoolIds: [input.UserPoolId] })
  await assert.rejects(adminOf(scene, await keyOf(scene, 'desk')).sendTestMessage({ ...input, Address }), {
    name: 'AccessDeniedException',
  })
  const asMaker = adminOf(scene, await keyOf(scene, 'maker'))
  await Promise.all(Array.from({ length: 20 }, () => asMaker.sendTestMessage({ ...input, Address })))
  await assert.rejects(asMaker.sendTestMessage({ ...input, Address }), { name: 'LimitExceededException' })
  const { Events } = await admin.lookupEvents({ UserPoolId: input.UserPoolId, EventName: 'SendTestMessage' })
  assert.ok(Events.length > 20)
  assert.doesNotMatch(JSON.stringify(Events), /secret-person/)
})
