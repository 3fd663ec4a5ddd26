import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { AwsEndpoint, Config } from '../../src/config.ts'
import { createScene, type Scene, until } from '../messages/scene.ts'
import { type AwsStandIn, keys, startAws } from './aws-endpoint.ts'
import { code, type Production, rowOf, someone, startProduction } from './production.ts'

let scene: Scene
let aws: AwsStandIn
let production: Production
let endpoint: AwsEndpoint
before(async () => {
  scene = await createScene()
  aws = await startAws('eu-west-1')
  endpoint = { endpoint: aws.url, region: 'eu-west-1', credentials: keys }
})
afterEach(async () => {
  await production.stop()
  await scene.ctx.db.deleteFrom('outbox').execute()
  aws.calls = []
  aws.errors = []
  const said = production.node.logged()
  for (const secret of [code, someone.EMAIL, someone.SMS, keys.secretAccessKey]) assert.ok(!said.includes(secret), said)
})
after(async () => {
  await aws.close()
  await scene.close()
})

const start = async (config: Partial<Config>) => {
  production = await startProduction(scene, config)
}
const sesMail = () => {
  const { Content, ...rest } = JSON.parse(aws.calls[0]!.body)
  const raw = Buffer.from(Content.Raw.Data, 'base64').toString()
  return { ...rest, header: (name: string) => new RegExp(`^${name}: (.*)\r$`, 'im').exec(raw)?.[1], raw }
}

test('SES gets the whole mail, signed', async () => {
  await start({ ses: endpoint })
  const { state, sealed, id } = await production.send({}, { EmailVerificationMessage: '<b>{####}</b>' })
  assert.equal(state, 'delivered')
  assert.equal(sealed, null)
  assert.equal(aws.calls[0]!.service, 'ses')
  assert.equal(aws.calls[0]!.path, '/v2/email/outbound-emails')
  const mail = sesMail()
  assert.equal(mail.FromEmailAddress, 'House <no-reply@id.example.com>')
  assert.deepEqual(mail.Destination, { ToAddresses: ['ann@example.com'] })
  assert.equal(mail.ConfigurationSetName, undefined)
  assert.equal(mail.header('From'), 'House <no-reply@id.example.com>')
  assert.equal(mail.header('Message-ID'), `<${id}@id.example.com>`)
  assert.match(mail.raw, /<b>987654<\/b>/)
})

test('a pool’s sender is its From, else the address of its SourceArn, else the server’s', async () => {
  await start({ ses: endpoint })
  const SourceArn = 'arn:aws:ses:eu-west-1:123456789012:identity/hello@shop.example'
  const domainArn = 'arn:aws:ses:eu-west-1:123456789012:identity/shop.example'
  for (const [EmailConfiguration, from] of [
    [{ From: 'Shop <desk@shop.example>', SourceArn, ConfigurationSet: 'codes' }, 'Shop <desk@shop.example>'],
    [{ SourceArn }, 'hello@shop.example'],
    [{ SourceArn: domainArn }, 'House <no-reply@id.example.com>'],
  ] as const) {
    aws.calls = []
    await production.send({}, { EmailConfiguration })
    assert.equal(sesMail().FromEmailAddress, from)
    assert.equal(sesMail().ConfigurationSetName, 'ConfigurationSet' in EmailConfiguration ? 'codes' : undefined)
  }
})

test('SNS gets the number and the text, signed, as a transactional message', async () => {
  await start({ sns: endpoint, smsSenderId: 'Shop', smsOriginationNumber: '+12065550100' })
  const { state } = await production.send({ medium: 'SMS' })
  assert.equal(state, 'delivered')
  const given = new URLSearchParams(aws.calls[0]!.body)
  assert.equal(given.get('Action'), 'Publish')
  assert.equal(given.get('PhoneNumber'), someone.SMS)
  assert.match(given.get('Message')!, /987654/)
  const attributes = Object.fromEntries(
    [1, 2, 3].map((index) => [
      given.get(`MessageAttributes.entry.${index}.Name`),
      given.get(`MessageAttributes.entry.${index}.Value.StringValue`),
    ]),
  )
  assert.deepEqual(attributes, {
    'AWS.SNS.SMS.SMSType': 'Transactional',
    'AWS.SNS.SMS.SenderID': 'Shop',
    'AWS.MM.SMS.OriginationNumber': '+12065550100',
  })
})

test('credentials that the service does not take leave the message waiting', async () => {
  const wrong = { ...endpoint, credentials: { ...keys, secretAccessKey: 'another secret' } }
  await start({ ses: wrong, sns: wrong })
  for (const medium of ['EMAIL', 'SMS'] as const) {
    const { state, last_error, sealed } = await production.send({ medium })
    assert.equal(state, 'queued')
    assert.match(last_error!, /^s(es|ns) SignatureDoesNotMatch( ESES)? 403$/)
    assert.ok(sealed)
  }
  assert.equal(aws.calls.length, 0)
})

test('a message that the service refuses for good is not retried, and the text of the refusal is not stored', async () => {
  await start({ ses: endpoint, sns: endpoint })
  for (const [medium, name] of [
    ['EMAIL', 'MessageRejected'],
    ['SMS', 'InvalidParameterException'],
  ] as const) {
    aws.errors.push({ status: 400, name, message: `${someone[medium]} is not for ${code}` })
    const { state, last_error } = await production.send({ medium })
    assert.equal(state, 'dead')
    assert.match(last_error!, new RegExp(`^s(es|ns) ${name.replace('Exception', '')}`))
    assert.ok(!last_error!.includes(someone[medium]))
  }
})

test('a service that is throttled or down is tried again', async () => {
  await start({ ses: endpoint })
  aws.errors.push({ status: 429, name: 'TooManyRequestsException' }, { status: 500, name: someone.EMAIL })
  const { state, reference } = await production.send()
  assert.equal(state, 'queued')
  const done = await until(async () => {
    production.node.clock.advance({ seconds: 6 })
    production.node.ctx.outbox.wake()
    const row = await rowOf(scene, reference)
    return row.state === 'delivered' ? row : undefined
  })
  assert.equal(done.attempts, 3)
})

test('a number or an address that is none is not sent', async () => {
  await start({ ses: endpoint, sns: endpoint })
  for (const to of ['ann', '15551234444', '+1555123444, +15551239999', '+0123456', ''])
    assert.equal((await production.send({ medium: 'SMS', to })).state, 'dead', to)
  for (const to of ['ann', 'ann@example.com, eve@example.com', 'ann@example.com\r\nBcc: eve@example.com'])
    assert.equal((await production.send({ to })).state, 'dead', to)
  assert.equal(aws.calls.length, 0)
})

test('an endpoint at a private address is out of reach in production unless that is allowed', async () => {
  await start({ ses: endpoint, sns: endpoint, allowPrivateAddresses: false })
  for (const medium of ['EMAIL', 'SMS'] as const) {
    const { state, last_error } = await production.send({ medium })
    assert.equal(state, 'dead')
    assert.match(last_error!, /POOLHOUSE_ALLOW_PRIVATE_ADDRESSES/)
  }
  assert.equal(aws.calls.length, 0)
})

test('an endpoint that nobody listens at leaves the message waiting', async () => {
  const gone = await startAws('eu-west-1')
  await gone.close()
  await start({ ses: { ...endpoint, endpoint: gone.url }, sns: { ...endpoint, endpoint: gone.url } })
  for (const medium of ['EMAIL', 'SMS'] as const) {
    const { state, last_error } = await production.send({ medium })
    assert.equal(state, 'queued')
    assert.match(last_error!, /ECONNREFUSED/)
  }
})
