import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { QuotaAction } from '../../src/model/limits.ts'
import { useQuota } from '../../src/pool/quotas/quota.ts'
import { createScene, type Scene } from './scene.ts'

let scene: Scene
let poolId: string
before(async () => {
  scene = await createScene()
  poolId = (await scene.pool()).id
})
after(() => scene.close())

const refusal = { name: 'LimitExceededException', message: 'Attempt limit exceeded, please try after some time.' }
const use = (subject: string, action: QuotaAction = 'ResendConfirmationCode', pool = poolId) =>
  useQuota(scene.ctx, { poolId: pool, action, subject })

test('the limit is what passes in a window, however the calls come', async () => {
  const results = await Promise.allSettled(Array.from({ length: 40 }, () => use('parallel')))
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 5)
})

test('subjects, actions and pools do not share a quota', async () => {
  for (let i = 0; i < 5; i++) await use('one')
  await assert.rejects(use('one'), refusal)
  await use('two')
  await use('one', 'ChangePassword')
  await use('one', undefined, (await scene.pool()).id)
})

test('the window is fixed from its first use: refused calls do not stretch it', async () => {
  for (let i = 0; i < 5; i++) await use('patient')
  scene.clock.advance({ minutes: 59 })
  await assert.rejects(use('patient'), refusal)
  scene.clock.advance({ minutes: 2 })
  for (let i = 0; i < 5; i++) await use('patient')
  await assert.rejects(use('patient'), refusal)
})

test('the table does not keep who was counted', async () => {
  await use('ann@example.com')
  const rows = await scene.ctx.db.selectFrom('quotas').selectAll().execute()
  assert.ok(!JSON.stringify(rows).includes('ann'))
})
