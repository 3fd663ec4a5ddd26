import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { adminOf, keyOf } from '../administration/scene.ts'
import { type ConsoleScene, heading, press, startConsole, told } from './scene.ts'

const arnOf = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`

let scene: ConsoleScene
let folder: string
let UserPoolId: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poolhouse-triggers-'))
  const module = (name: string, code: string) =>
    writeFile(join(folder, `${name}.mjs`), `export const handler = async (event) => {${code}}`)
  await Promise.all([
    module(
      'gate',
      `console.log('asked about', event.userName)
       if (event.userName === 'mallory') throw new TypeError('Not you, ' + event.userName)
       event.response.autoConfirmUser = event.request.userAttributes.email.endsWith('@example.com')
       return event`,
    ),
    module('claims', "event.response = { claimsAndScopeOverrideDetails: 'all of them' }; return event"),
    module('echo', 'return event'),
  ])
  scene = await startConsole({
    triggersDir: folder,
    senderKeys: { 'arn:aws:kms:us-east-1:000000000000:key/codes': Buffer.alloc(32, 7) },
  })
  UserPoolId = (
    await scene.cognito.createUserPool({
      PoolName: 'shop',
      LambdaConfig: {
        PreSignUp: arnOf('gate'),
        PostConfirmation: arnOf('missing'),
        UserMigration: arnOf('echo'),
        CustomMessage: arnOf('echo'),
        DefineAuthChallenge: arnOf('echo'),
        CreateAuthChallenge: arnOf('echo'),
        VerifyAuthChallengeResponse: arnOf('echo'),
        PreAuthentication: arnOf('echo'),
        PreTokenGenerationConfig: { LambdaArn: arnOf('claims'), LambdaVersion: 'V2_0' },
        InboundFederation: { LambdaArn: arnOf('echo'), LambdaVersion: 'V1_0' },
        CustomEmailSender: { LambdaArn: arnOf('echo'), LambdaVersion: 'V1_0' },
        KMSKeyID: 'arn:aws:kms:us-east-1:000000000000:key/codes',
      },
    })
  ).UserPool!.Id!
})
after(async () => {
  await scene?.close()
  await rm(folder, { recursive: true })
})

const run = (Trigger: Parameters<ReturnType<typeof adminOf>['testTrigger']>[0]['Trigger'], event?: object) =>
  adminOf(scene).testTrigger({ UserPoolId, Trigger, ...(event && { Event: JSON.stringify(event) }) })

test('a function is tried with a sample event, then with one that it refuses', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/triggers`)
  const { page } = tab
  await heading(page, 'Triggers')
  await press(page, 'Send a test event: Pre sign-up')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await told(page, /^The function accepted after \d+ ms$/)
  await told(page, 'asked about sample-user')
  await dialog.getByText('"autoConfirmUser": true').waitFor()
  await tab.look('trigger-test')
  await press(page, 'Edit this event')
  const event = dialog.getByRole('textbox')
  const text = await event.inputValue()
  assert.match(text, /"triggerSource": "PreSignUp_SignUp"/)
  await event.fill(text.replace('"sample-user"', '"mallory"'))
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await told(page, /^The function refused/)
  await told(page, 'PreSignUp failed with error Not you, mallory.')
  await dialog.getByText(/TypeError: Not you, mallory/).waitFor()
  await event.fill('{"userName": ')
  assert.equal(await dialog.getByRole('button', { name: 'Send', exact: true }).isDisabled(), true)
  await event.fill('{"userPoolId": "us-east-1_other"}')
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await told(page, /Event can't change userPoolId/)
  await event.fill('{"userName": "bob"}')
  await dialog.getByRole('button', { name: 'What it is called for' }).click()
  await page.getByRole('option', { name: /An administrator creates the user/ }).click()
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await dialog.getByText(/"triggerSource": "PreSignUp_AdminCreateUser",\s+"region"/).waitFor()
  await dialog.locator('pre', { hasText: '"userName": "bob"' }).waitFor()
  await page.setViewportSize({ width: 360, height: 800 })
  assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0)
  await tab.look('trigger-test-phone')
  await tab.close()
})

test('calls, failures, latency and last errors of each function stand at its trigger, and name nobody', async () => {
  const { UserPoolClient } = await scene.cognito.createUserPoolClient({ UserPoolId, ClientName: 'app' })
  const ClientId = UserPoolClient!.ClientId!
  const signUp = (Username: string) =>
    scene.cognito.signUp({
      ClientId,
      Username,
      Password: 'Correct-Horse-9',
      UserAttributes: [{ Name: 'email', Value: `${Username}@example.com` }],
    })
  await assert.rejects(signUp('mallory'), { name: 'UserLambdaValidationException' })
  await assert.rejects(signUp('mallory'), { name: 'UserLambdaValidationException' })
  // Confirmed by the first function; the second is nowhere.
  await assert.rejects(signUp('ann'), { name: 'UnexpectedLambdaException' })

  const now = scene.clock.now().getTime()
  const { Metrics } = await adminOf(scene).getPoolMetrics({
    UserPoolId,
    StartTime: new Date(now - 3_600_000),
    EndTime: new Date(now + 1000),
    Period: 'HOUR',
  })
  const triggers = Metrics.filter(({ MetricName }) => MetricName.startsWith('Trigger'))
  assert.doesNotMatch(JSON.stringify(triggers), /mallory|ann/)
  const countOf = (name: string, Dimensions: object) =>
    triggers.find(
      (metric) => metric.MetricName === name && JSON.stringify(metric.Dimensions) === JSON.stringify(Dimensions),
    )?.Values[0]
  assert.equal(countOf('TriggerSuccesses', { Trigger: 'PreSignUp' }), 1)
  assert.equal(countOf('TriggerFailures', { Trigger: 'PreSignUp' }), 2)
  assert.equal(countOf('TriggerErrors', { Trigger: 'PreSignUp', Error: 'TypeError' }), 2)
  assert.equal(countOf('TriggerErrors', { Trigger: 'PostConfirmation', Error: 'ResourceNotFoundException' }), 1)

  const tab = await scene.open(`pools/${UserPoolId}/triggers`)
  const { page } = tab
  const row = page.getByRole('row', { name: /Pre sign-up/ })
  await row.getByText('TypeError, 2 times').waitFor()
  assert.match((await row.innerText()).replace(/\s+/g, ' '), /gate 3 2 [\d,]+ ms/)
  await page
    .getByRole('row', { name: /Post confirmation/ })
    .getByText('ResourceNotFoundException')
    .waitFor()
  await tab.look('triggers-at-work')
  await tab.close()
})

test('every trigger has a sample event of its shape', async () => {
  for (const trigger of [
    'UserMigration',
    'CustomMessage',
    'DefineAuthChallenge',
    'CreateAuthChallenge',
    'VerifyAuthChallengeResponse',
    'PreAuthentication',
    'InboundFederation',
    'CustomEmailSender',
  ] as const) {
    const { Event, Result, ErrorMessage } = await run(trigger)
    const { triggerSource, userPoolId } = JSON.parse(Event)
    assert.ok(triggerSource.startsWith(`${trigger}_`), triggerSource)
    assert.equal(userPoolId, UserPoolId)
    assert.equal(Result, 'Accepted', ErrorMessage)
  }
  const { Event } = await run('CustomMessage', { triggerSource: 'CustomMessage_AdminCreateUser' })
  assert.equal(JSON.parse(Event).request.usernameParameter, '{username}')
  const { request } = JSON.parse((await run('CustomEmailSender')).Event)
  assert.match(request.code, /^[\w+/]+=*$/)
})

test('what is wrong with an answer, and a function that is nowhere, is told as users would meet it', async () => {
  const tokens = await run('PreTokenGeneration')
  assert.equal(tokens.Result, 'Failed')
  assert.equal(tokens.ErrorType, 'InvalidLambdaResponseException')
  assert.equal(tokens.Response, '{"claimsAndScopeOverrideDetails":"all of them"}')
  const missing = await run('PostConfirmation')
  assert.equal(missing.ErrorType, 'UnexpectedLambdaException')
  assert.match(missing.ErrorMessage!, /ResourceNotFoundException/)
})

test('a pool without the function, a source of another trigger, and what is no event are refused', async () => {
  const refused = (message: RegExp) => ({ name: 'InvalidParameterException', message })
  await assert.rejects(run('PostAuthentication'), refused(/no function for PostAuthentication/))
  await assert.rejects(
    run('PreTokenGeneration', { triggerSource: 'TokenGeneration_ClientCredentials' }),
    refused(/version V3_0/),
  )
  await assert.rejects(run('PreSignUp', { triggerSource: 'CustomMessage_SignUp' }), refused(/triggerSource/))
  await assert.rejects(run('PreSignUp', { region: 'eu-west-1' }), refused(/can't change region/))
  for (const Event of ['[1]', 'null', '{', `{"request":${'['.repeat(9000)}${']'.repeat(9000)}}`])
    await assert.rejects(adminOf(scene).testTrigger({ UserPoolId, Trigger: 'PreSignUp', Event }), {
      name: 'InvalidParameterException',
    })
  const plain = await run('PreSignUp', JSON.parse('{"request":{"__proto__":{"polluted":"yes"}}}'))
  assert.equal(plain.Result, 'Accepted')
  assert.equal(({} as { polluted?: string }).polluted, undefined)
})

test('a developer may send test events, a reader may not, and the audit has neither event nor answer', async () => {
  const admin = adminOf(scene)
  await admin.putRole({ RoleName: 'maker', ReadyMadePolicy: 'developer', UserPoolIds: [UserPoolId] })
  await admin.putRole({ RoleName: 'reader', ReadyMadePolicy: 'read-only' })
  const Event = JSON.stringify({ request: { userAttributes: { email: 'secret-person@example.com' } } })
  const asMaker = adminOf(scene, await keyOf(scene, 'maker'))
  await asMaker.testTrigger({ UserPoolId, Trigger: 'PreSignUp', Event })
  await assert.rejects(adminOf(scene, await keyOf(scene, 'reader')).testTrigger({ UserPoolId, Trigger: 'PreSignUp' }), {
    name: 'AccessDeniedException',
  })
  const { Events } = await admin.lookupEvents({ UserPoolId, EventName: 'TestTrigger' })
  assert.ok(Events.length > 1)
  assert.doesNotMatch(JSON.stringify(Events), /secret-person|sample-user/)
})

test('test events of a pool are limited', async () => {
  const { UserPool } = await scene.cognito.createUserPool({
    PoolName: 'busy',
    LambdaConfig: { PreSignUp: arnOf('echo') },
  })
  const admin = adminOf(scene)
  const send = () => admin.testTrigger({ UserPoolId: UserPool!.Id!, Trigger: 'PreSignUp' })
  for (let sent = 0; sent < 120; sent += 20) await Promise.all(Array.from({ length: 20 }, send))
  await assert.rejects(send(), { name: 'LimitExceededException' })
})
