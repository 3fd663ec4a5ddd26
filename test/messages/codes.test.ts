import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkCode, consumeCode, dropCode, issueCode, redeemCode } from '../../src/pool/codes/code.ts'
import { useQuota } from '../../src/pool/quotas/quota.ts'
import { createScene, type Scene } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await createScene()
})
after(() => scene.close())

const lifetime = 24 * 3600
const purpose = 'sign-up'

async function someCode(options: { lifetime?: number; digits?: number } = {}) {
  const pool = await scene.pool()
  const userId = await scene.user(pool)
  const key = { poolId: pool.id, userId, purpose }
  const value = 'ann@example.com'
  const code = await issueCode(scene.ctx.db, scene.ctx, { ...key, lifetime, attribute: 'email', value, ...options })
  return { key, code, wrong: code === '000000' ? '000001' : '000000' }
}

const nameOf = (result: PromiseSettledResult<unknown>) => (result.status === 'fulfilled' ? 'ok' : result.reason.name)

function count(names: string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

test('a code has the digits that were asked for and is answered with what it was made for', async () => {
  const { key, code } = await someCode()
  assert.match(code, /^\d{6}$/)
  assert.deepEqual(await redeemCode(scene.ctx, { ...key, code }), { attribute: 'email', value: 'ann@example.com' })
  assert.match((await someCode({ digits: 8 })).code, /^\d{8}$/)
})

test('a code is used once', async () => {
  const { key, code } = await someCode()
  await redeemCode(scene.ctx, { ...key, code })
  await assert.rejects(redeemCode(scene.ctx, { ...key, code }), {
    name: 'ExpiredCodeException',
    message: 'Invalid code provided, please request a code again.',
  })
})

test('of many right answers at once one is taken', async () => {
  const { key, code } = await someCode()
  const results = await Promise.allSettled(Array.from({ length: 15 }, () => redeemCode(scene.ctx, { ...key, code })))
  const names = count(results.map(nameOf))
  assert.equal(names.ok, 1)
  assert.equal(names.ExpiredCodeException, 14)
})

test('a wrong code is refused, and the right one still works after it', async () => {
  const { key, code, wrong } = await someCode()
  await assert.rejects(redeemCode(scene.ctx, { ...key, code: wrong }), {
    name: 'CodeMismatchException',
    message: 'Invalid verification code provided, please try again.',
  })
  await assert.rejects(redeemCode(scene.ctx, { ...key, code: '' }), { name: 'CodeMismatchException' })
  await redeemCode(scene.ctx, { ...key, code })
})

test('a code ends with its lifetime', async () => {
  const { key, code } = await someCode({ lifetime: 60 })
  scene.clock.advance({ seconds: 61 })
  await assert.rejects(redeemCode(scene.ctx, { ...key, code }), { name: 'ExpiredCodeException' })
})

test('a new code replaces the one before it and starts with all its guesses', async () => {
  const { key, code: first, wrong } = await someCode()
  for (let i = 0; i < 15; i++) await assert.rejects(redeemCode(scene.ctx, { ...key, code: wrong }))
  const second = await issueCode(scene.ctx.db, scene.ctx, { ...key, lifetime })
  if (first !== second)
    await assert.rejects(redeemCode(scene.ctx, { ...key, code: first }), { name: 'CodeMismatchException' })
  assert.deepEqual(await redeemCode(scene.ctx, { ...key, code: second }), { attribute: undefined, value: undefined })
})

test('a code for one purpose or user is none for another', async () => {
  const { key, code } = await someCode()
  const otherPurpose = { ...key, purpose: 'forgot-password' }
  await assert.rejects(redeemCode(scene.ctx, { ...otherPurpose, code }), { name: 'ExpiredCodeException' })

  await issueCode(scene.ctx.db, scene.ctx, { ...otherPurpose, lifetime })
  const rows = await scene.ctx.db.selectFrom('codes').select('code_hash').where('user_id', '=', key.userId).execute()
  assert.equal(rows.length, 2)
  // The hash covers user and purpose: copied to another row it opens nothing.
  const stolen = await someCode()
  await scene.ctx.db
    .updateTable('codes')
    .set({ code_hash: scene.ctx.keyring.mac('code-hash', key.poolId, key.userId, purpose, code) })
    .where('user_id', '=', stolen.key.userId)
    .execute()
  await assert.rejects(redeemCode(scene.ctx, { ...stolen.key, code }), { name: 'CodeMismatchException' })
})

test('the table keeps no code readable', async () => {
  const { key, code } = await someCode()
  const row = await scene.ctx.db
    .selectFrom('codes')
    .selectAll()
    .where('user_id', '=', key.userId)
    .executeTakeFirstOrThrow()
  assert.equal(row.code_hash.length, 32)
  assert.ok(!row.code_hash.includes(code))
})

test('of a hundred guesses at once fifteen are looked at, and the right code after them is refused', async () => {
  const { key, code, wrong } = await someCode()
  const guesses = Array.from({ length: 100 }, () => redeemCode(scene.ctx, { ...key, code: wrong }))
  const names = count((await Promise.allSettled(guesses)).map(nameOf))
  assert.deepEqual(names, { CodeMismatchException: 15, LimitExceededException: 85 })
  await assert.rejects(redeemCode(scene.ctx, { ...key, code }), {
    name: 'LimitExceededException',
    message: 'Attempt limit exceeded, please try after some time.',
  })
})

test('a hundred confirmations at once count a hundred, and fifteen reach the code', async () => {
  const { key, code, wrong } = await someCode()
  const confirm = async (guess: string) => {
    await useQuota(scene.ctx, {
      poolId: key.poolId,
      action: 'ConfirmSignUp',
      subject: key.userId,
    })
    return redeemCode(scene.ctx, { ...key, code: guess, limit: 1000 })
  }
  const results = await Promise.allSettled(Array.from({ length: 100 }, () => confirm(wrong)))
  assert.deepEqual(count(results.map(nameOf)), { CodeMismatchException: 15, LimitExceededException: 85 })
  const { used } = await scene.ctx.db
    .selectFrom('quotas')
    .select('used')
    .where('pool_id', '=', key.poolId)
    .executeTakeFirstOrThrow()
  assert.equal(used, 100)

  await assert.rejects(confirm(code), { name: 'LimitExceededException' })
  scene.clock.advance({ minutes: 61 })
  await confirm(code)
})

test('a checked code is live until it is consumed, also where the transaction fails', async () => {
  const { key, code } = await someCode()
  const checked = await checkCode(scene.ctx, { ...key, code })
  await assert.rejects(
    scene.ctx.db.transaction().execute(async (trx) => {
      await consumeCode(trx, checked)
      throw new Error('the alias is taken')
    }),
    { message: 'the alias is taken' },
  )
  const again = await checkCode(scene.ctx, { ...key, code })
  await scene.ctx.db.transaction().execute((trx) => consumeCode(trx, again))
  await assert.rejects(consumeCode(scene.ctx.db, checked), { name: 'ExpiredCodeException' })
})

test('a code that was checked and then replaced cannot be consumed', async () => {
  const { key, code } = await someCode()
  const checked = await checkCode(scene.ctx, { ...key, code })
  let next = code
  while (next === code) next = await issueCode(scene.ctx.db, scene.ctx, { ...key, lifetime })
  await assert.rejects(consumeCode(scene.ctx.db, checked), { name: 'ExpiredCodeException' })
  await redeemCode(scene.ctx, { ...key, code: next })
})

test('a dropped code is gone', async () => {
  const { key, code } = await someCode()
  await dropCode(scene.ctx.db, key)
  await assert.rejects(redeemCode(scene.ctx, { ...key, code }), { name: 'ExpiredCodeException' })
})
