import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../src/config.ts'

const production = {
  DATABASE_URL: 'postgres://db/poolhouse',
  POOLHOUSE_MASTER_KEY: Buffer.alloc(32).toString('base64'),
  POOLHOUSE_PUBLIC_URL: 'https://id.example.com',
  POOLHOUSE_ACCESS_KEY_ID: 'AKIDADMIN',
  POOLHOUSE_SECRET_ACCESS_KEY: 'a secret of sixteen',
}
const read = (settings: Record<string, string>) => readConfig('serve', { ...production, ...settings })

test('a sender is an address, and by default one of the server’s host', () => {
  assert.equal(read({}).mailFrom, 'Poolhouse <no-reply@id.example.com>')
  assert.equal(read({ POOLHOUSE_PUBLIC_URL: 'http://[::1]:9500' }).mailFrom, 'Poolhouse <no-reply@localhost>')
  for (const right of ['a@example.com', 'Shop Ö <a@example.com>'])
    assert.equal(read({ POOLHOUSE_MAIL_FROM: right }).mailFrom, right)
  for (const wrong of ['Shop', 'a@b, c@d', 'Shop <shop>', 'a@b\r\nBcc: c@d', '@example.com', '<a@b> <c@d>'])
    assert.throws(() => read({ POOLHOUSE_MAIL_FROM: wrong }), /POOLHOUSE_MAIL_FROM must be an address/, wrong)
})

test('each medium has one way to send', () => {
  const smtp = { POOLHOUSE_SMTP_URL: 'smtp://mail:1025' }
  const ses = { POOLHOUSE_SES_ENDPOINT: 'https://email.eu-west-1.amazonaws.com' }
  const hook = (name: string) => ({ [name]: 'https://hooks.example.com', [`${name}_SECRET`]: 'a secret of sixteen' })
  assert.throws(() => read({ ...smtp, ...ses }), /POOLHOUSE_SMTP_URL and POOLHOUSE_SES_ENDPOINT exclude each other/)
  assert.throws(() => read({ ...ses, ...hook('POOLHOUSE_MAIL_WEBHOOK') }), /exclude each other/)
  const sns = { POOLHOUSE_SNS_ENDPOINT: 'https://sns.eu-west-1.amazonaws.com' }
  assert.throws(() => read({ ...sns, ...hook('POOLHOUSE_SMS_WEBHOOK') }), /exclude each other/)
  assert.ok(read({ ...smtp, ...sns }))
  assert.ok(read({ ...hook('POOLHOUSE_MAIL_WEBHOOK'), ...hook('POOLHOUSE_SMS_WEBHOOK') }))
})

test('an endpoint of AWS names its region; another has the one that is set, or the server’s', () => {
  const endpoint = (POOLHOUSE_SNS_ENDPOINT: string, more = {}) => read({ POOLHOUSE_SNS_ENDPOINT, ...more }).sns
  assert.deepEqual(endpoint('https://sns.eu-west-1.amazonaws.com'), {
    endpoint: 'https://sns.eu-west-1.amazonaws.com',
    region: 'eu-west-1',
  })
  assert.equal(endpoint('https://aws.example.com', { POOLHOUSE_REGION: 'eu-north-1' })!.region, 'eu-north-1')
  assert.equal(endpoint('https://aws.example.com', { POOLHOUSE_SNS_REGION: 'ap-south-1' })!.region, 'ap-south-1')
  assert.throws(() => read({ POOLHOUSE_SNS_REGION: 'ap-south-1' }), /POOLHOUSE_SNS_ENDPOINT is not set/)
  const half = { POOLHOUSE_SNS_ACCESS_KEY_ID: 'AKID' }
  assert.throws(() => endpoint('https://aws.example.com', half), /POOLHOUSE_SNS_SECRET_ACCESS_KEY must be set together/)
})

test('messages leave production over https, and over http only where private addresses are allowed', () => {
  for (const [name, more] of [
    ['POOLHOUSE_SES_ENDPOINT', {}],
    ['POOLHOUSE_SNS_ENDPOINT', {}],
    ['POOLHOUSE_MAIL_WEBHOOK', { POOLHOUSE_MAIL_WEBHOOK_SECRET: 'a secret of sixteen' }],
    ['POOLHOUSE_SMS_WEBHOOK', { POOLHOUSE_SMS_WEBHOOK_SECRET: 'a secret of sixteen' }],
  ] as const) {
    const plain = { [name]: 'http://sender.example.com', ...more }
    assert.throws(() => read(plain), new RegExp(`${name} must be a URL that starts with https://`))
    assert.ok(read({ ...plain, POOLHOUSE_ALLOW_PRIVATE_ADDRESSES: 'on' }))
    assert.ok(readConfig('dev', plain))
  }
})

test('a webhook has a secret, worth the name', () => {
  const url = { POOLHOUSE_SMS_WEBHOOK: 'https://hooks.example.com' }
  assert.throws(() => read(url), /POOLHOUSE_SMS_WEBHOOK and POOLHOUSE_SMS_WEBHOOK_SECRET must be set together/)
  const short = { ...url, POOLHOUSE_SMS_WEBHOOK_SECRET: 'short&secret' }
  assert.throws(
    () => read(short),
    ({ message }: Error) => /at least 16 characters/.test(message) && !message.includes('short&secret'),
  )
})

test('what SNS shows as the sender is well formed, and of use only with SNS', () => {
  const sns = { POOLHOUSE_SNS_ENDPOINT: 'https://sns.eu-west-1.amazonaws.com' }
  assert.equal(read({ ...sns, POOLHOUSE_SMS_SENDER_ID: 'MyShop' }).smsSenderId, 'MyShop')
  for (const wrong of ['twelve-chars', '12345', 'a b', 'Ö'])
    assert.throws(() => read({ ...sns, POOLHOUSE_SMS_SENDER_ID: wrong }), /POOLHOUSE_SMS_SENDER_ID must be/, wrong)
  assert.throws(() => read({ POOLHOUSE_SMS_SENDER_ID: 'MyShop' }), /are for POOLHOUSE_SNS_ENDPOINT/)
})

test('a limit that there is not, or that is no number, is named in a sentence', () => {
  const wrong = (limits: string) => () => read({ POOLHOUSE_LIMITS: limits })
  assert.throws(wrong('{"everything": 1}'), /POOLHOUSE_LIMITS names no limit: everything/)
  assert.throws(wrong('{"toString": 1}'), /POOLHOUSE_LIMITS names no limit: toString/)
  for (const limits of ['{"groupsPerUser": 0}', '{"groupsPerUser": "7"}', '[7]', 'seven'])
    assert.throws(wrong(limits), /POOLHOUSE_LIMITS must be a JSON object of the name of a limit to a number from 1/)
  assert.deepEqual(read({ POOLHOUSE_LIMITS: '{"groupsPerUser": 7}' }).limits, { groupsPerUser: 7 })
})
