import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { adminOf, keyOf } from '../administration/scene.ts'
import { type ConsoleScene, heading, press, startConsole, told } from './scene.ts'

let scene: ConsoleScene
let gateway: Server
let isRefusing = true
let UserPoolId: string

before(async () => {
  gateway = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(isRefusing ? 400 : 200).end())
  })
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
  const mailWebhook = {
    url: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/`,
    secret: 'a-secret-of-the-gateway',
  }
  scene = await startConsole({ mailWebhook })
  UserPoolId = (
    await scene.cognito.createUserPool({
      PoolName: 'shop',
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
    })
  ).UserPool!.Id!
})
after(async () => {
  await scene.close()
  gateway.close()
})

const messages = async (more: object = {}) => (await adminOf(scene).listMessages({ UserPoolId, ...more })).Messages
const invite = (Username: string) =>
  scene.cognito.adminCreateUser({ UserPoolId, Username, DesiredDeliveryMediums: ['EMAIL'] }).catch(() => undefined)

test('a message that failed says why, and is sent again once that is mended', async () => {
  await invite('ann@example.com')
  const tab = await scene.open(`pools/${UserPoolId}/outbox?show=Failed`)
  const { page } = tab
  await heading(page, 'Outbox')
  await page.getByText('Follow', { exact: true }).click()
  await page.getByRole('rowheader', { name: /Invitation/ }).waitFor()
  await tab.look('outbox-failed')
  const [failed] = await messages({ Status: 'Failed' })
  assert.equal(failed!.Retryable, true)
  assert.doesNotMatch(JSON.stringify(failed), /ann@example/)
  isRefusing = false
  await page.getByRole('checkbox', { name: `Select ${failed!.MessageId}` }).check()
  await press(page, 'Send 1 again')
  await told(page, '1 message is being sent again.')
  await page
    .getByRole('radio', { name: 'Delivered' })
    .or(page.getByRole('button', { name: 'Delivered' }))
    .first()
    .click()
  await page.getByRole('rowheader', { name: /Invitation/ }).waitFor()
  await tab.look('outbox')
  await page.setViewportSize({ width: 360, height: 800 })
  assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0)
  await tab.close()
})

test('messages are of their own pool alone, and pages and states of a list are not mixed up', async () => {
  await invite('ben@example.com')
  const [newest] = await messages()
  const other = (await scene.cognito.createUserPool({ PoolName: 'other' })).UserPool!.Id!
  const admin = adminOf(scene)
  assert.deepEqual((await admin.listMessages({ UserPoolId: other })).Messages, [])
  const stolen = await admin.retryMessages({ UserPoolId: other, MessageIds: [newest!.MessageId] })
  assert.deepEqual(stolen.MessageIds, [])
  const first = await admin.listMessages({ UserPoolId, MaxResults: 1 })
  assert.equal(first.Messages.length, 1)
  const second = await admin.listMessages({ UserPoolId, MaxResults: 1, NextToken: first.NextToken })
  assert.notEqual(second.Messages[0]!.MessageId, first.Messages[0]!.MessageId)
  await assert.rejects(admin.listMessages({ UserPoolId: other, NextToken: first.NextToken }), {
    name: 'InvalidParameterException',
  })
  assert.equal((await messages({ UserSub: newest!.UserSub })).length, 1)
  await assert.rejects(admin.retryMessages({ UserPoolId, MessageIds: ['1 or true'] }), {
    name: 'InvalidParameterException',
  })
  // Delivered already.
  const again = await admin.retryMessages({ UserPoolId, MessageIds: [newest!.MessageId] })
  assert.deepEqual(again.MessageIds, [])
})

test('the help desk neither sees nor sends messages, and a developer does both', async () => {
  const { MessageId } = (await messages())[0]!
  for (const [RoleName, allowed] of [
    ['help-desk', false],
    ['developer', true],
  ] as const) {
    await adminOf(scene).putRole({ RoleName, ReadyMadePolicy: RoleName, UserPoolIds: [UserPoolId] })
    const admin = adminOf(scene, await keyOf(scene, RoleName))
    const asked = [admin.listMessages({ UserPoolId }), admin.retryMessages({ UserPoolId, MessageIds: [MessageId] })]
    for (const { status } of await Promise.allSettled(asked)) assert.equal(status === 'fulfilled', allowed, RoleName)
  }
})

test('standards are switched by profile and part, for a pool and an app, and the rest of the document stays', async () => {
  const admin = adminOf(scene)
  await admin.putUserPoolExtensions({ UserPoolId, Extensions: { AccountPage: { AllowDeletion: false } } })
  const tab = await scene.open(`pools/${UserPoolId}/standards`)
  const { page } = tab
  await heading(page, 'Standards')
  await page.getByRole('radio', { name: 'Standard', exact: true }).check()
  await page.getByLabel('DPoP: tokens bound to a key (RFC 9449)').click()
  await page.getByRole('option', { name: 'Off', exact: true }).click()
  await press(page, 'Save changes')
  await told(page, 'The standards are saved.')
  await tab.look('standards')
  const extensions = async () => (await admin.getUserPoolExtensions({ UserPoolId })).Extensions
  assert.deepEqual(await extensions(), {
    AccountPage: { AllowDeletion: false },
    Standards: { Profile: 'standard', DPoP: false },
  })
  await page.getByRole('checkbox', { name: 'Let users delete their account there' }).click()
  const text = page.getByRole('textbox', { name: 'As JSON' })
  for (let waited = 0; !(await text.inputValue()).includes('"AllowDeletion": true'); waited += 50) {
    assert.ok(waited < 10_000, 'the document does not follow')
    await page.waitForTimeout(50)
  }
  await text.fill('{ "Standard": {} }')
  await press(page, 'Save JSON')
  await told(page, /Member must be one that is known/)
  assert.deepEqual((await extensions()).AccountPage, { AllowDeletion: true })

  const { UserPoolClient } = await scene.cognito.createUserPoolClient({ UserPoolId, ClientName: 'app' })
  const ClientId = UserPoolClient!.ClientId!
  await tab.goTo(`pools/${UserPoolId}/clients/${ClientId}`)
  await page.getByRole('heading', { name: 'Standards of this app' }).waitFor()
  await page.getByLabel('Token exchange (RFC 8693)').click()
  await page.getByRole('option', { name: 'On', exact: true }).click()
  await press(page, 'Save changes')
  await told(page, 'The standards are saved.')
  const { Extensions } = await admin.getClientExtensions({ UserPoolId, ClientId })
  assert.deepEqual(Extensions, { Standards: { TokenExchange: true } })
  await tab.look('client-standards')
  await tab.close()
})
