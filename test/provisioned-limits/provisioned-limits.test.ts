import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import type { Context } from '../../src/context.ts'
import { limitsWith } from '../../src/model/limits.ts'
import { createCallGate } from '../../src/pool/provisioned-limits/call-gate.ts'
import { createRateGate } from '../../src/pool/provisioned-limits/rate-gate.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const definition = (Category: string, more: Record<string, string> = {}) => ({
  LimitClass: 'API_CATEGORY' as const,
  Attributes: { Category, ...more },
})

const get = (Category: string, more?: Record<string, string>) =>
  server.cognito.getProvisionedLimit({ LimitDefinition: definition(Category, more) })
const set = (Category: string, RequestedLimitValue: number) =>
  server.cognito.updateProvisionedLimit({ LimitDefinition: definition(Category), RequestedLimitValue })

test('a category has its published rate until another is set, and keeps that', async () => {
  const LimitDefinition = definition('UserAuthentication')
  assert.deepEqual((await get('UserAuthentication')).Limit, {
    LimitDefinition,
    FreeLimitValue: 120,
    ProvisionedLimitValue: 120,
  })
  const changed = { LimitDefinition, FreeLimitValue: 120, ProvisionedLimitValue: 300 }
  assert.deepEqual((await set('UserAuthentication', 300)).Limit, changed)
  assert.deepEqual((await get('UserAuthentication')).Limit, changed)
  assert.equal((await set('UserAuthentication', 120)).Limit!.ProvisionedLimitValue, 120)
  assert.equal((await get('UserCreation')).Limit!.ProvisionedLimitValue, 50)
})

test('a rate lies between the free one and the quota of the account, of a category that there is', async () => {
  await assert.rejects(set('UserAuthentication', 119), { name: 'InvalidParameterException' })
  await assert.rejects(set('UserAuthentication', 1201), { name: 'ServiceQuotaExceededException' })
  await assert.rejects(get('Everything'), { name: 'InvalidParameterException' })
  await assert.rejects(get('toString'), { name: 'InvalidParameterException' })
  await assert.rejects(get('UserRead', { Region: 'here' }), { name: 'InvalidParameterException' })
})

test('what is not adjustable can be neither asked for nor raised', async () => {
  const fixed = [
    'UserAccountRecovery',
    'UserUpdate',
    'UserList',
    'UserPoolRead',
    'ClientAuthentication',
    'LimitManagement',
  ]
  for (const category of fixed) {
    await assert.rejects(get(category), { name: 'InvalidParameterException' })
    await assert.rejects(set(category, 300), { name: 'InvalidParameterException' })
  }
  for (const category of ['UserCreation', 'UserFederation', 'UserRead', 'UserToken', 'UserResourceRead'])
    assert.equal((await get(category)).Limit?.LimitDefinition?.Attributes?.Category, category)
})

test('a rate that was set is held, and nothing is where none was', async () => {
  const describe = async () => {
    const calls = Array.from({ length: 300 }, () =>
      server.cognito.adminConfirmSignUp({ UserPoolId: 'us-east-1_nobodyhas', Username: 'ann' }),
    )
    const answers = await Promise.allSettled(calls)
    const names = answers.map((answer) => answer.status === 'rejected' && answer.reason.name)
    return names.filter((name) => name !== 'ResourceNotFoundException')
  }
  const later = () => {
    server.clock.advance({ seconds: 2 })
    server.clock.hold()
  }
  assert.deepEqual(await describe(), [])
  await set('UserCreation', 50)
  later()
  // Their first reads the rate that has been set.
  await describe()
  later()
  const refused = await describe()
  assert.equal(refused.length, 250)
  assert.ok(refused.every((name) => name === 'TooManyRequestsException'))
  await server.cognito.listGroups({ UserPoolId: 'us-east-1_nobodyhas' }).catch(({ name }) => {
    assert.equal(name, 'ResourceNotFoundException', 'another category is not held up')
  })
})

test('the rates of a strict installation fill up again with time', () => {
  let now = 0
  const db = { selectFrom: () => ({ select: () => ({ where: () => ({ execute: async () => [] }) }) }) }
  const ctx = {
    config: { strict: true },
    db,
    limits: limitsWith(),
    log: pino({ level: 'silent' }),
  } as unknown as Context
  const admit = createRateGate(ctx, () => now)
  const admitted = (calls: number) => {
    let count = 0
    for (let call = 0; call < calls; call++) {
      try {
        admit('UserCreation')
        count++
      } catch {}
    }
    return count
  }
  assert.equal(admitted(80), 50)
  now += 500
  assert.equal(admitted(80), 25)
  now += 60_000
  assert.equal(admitted(80), 50)
  admit(undefined)
})

test('answers to challenges have three times the rate of sign-ins, and count as sign-ins beyond it', () => {
  const db = { selectFrom: () => ({ select: () => ({ where: () => ({ execute: async () => [] }) }) }) }
  const ctx = {
    config: { strict: true },
    db,
    limits: limitsWith({ UserAuthentication: 80 }),
    log: pino({ level: 'silent' }),
  } as unknown as Context
  const admit = createRateGate(ctx, () => 0)
  const gate = createCallGate({ ...ctx, admit }, () => 0)
  const admitted = (calls: number, call: (n: number) => unknown) => {
    let count = 0
    for (let n = 0; n < calls; n++) {
      try {
        call(n)
        count++
      } catch {}
    }
    return count
  }
  const client = { ClientId: 'app' }
  const begin = (n: number) => gate('InitiateAuth', { ...client, AuthParameters: { USERNAME: `user${n}` } })
  const answer = (n: number) =>
    gate('RespondToAuthChallenge', {
      ...client,
      ChallengeName: 'SMS_MFA',
      ChallengeResponses: { USERNAME: `user${n}` },
    })
  assert.equal(admitted(70, begin), 70)
  assert.equal(admitted(280, answer), 240 + 10)
  assert.equal(admitted(1, begin), 0)
})

test('each limit can be another by configuration', () => {
  const limits = limitsWith({ groupsPerUser: 7, UserRead: 9, ForgotPassword: 11 })
  assert.deepEqual([limits.groupsPerUser, limits.UserRead, limits.ForgotPassword], [7, 9, 11])
  assert.equal(limits.UserCreation, limitsWith().UserCreation)
})
