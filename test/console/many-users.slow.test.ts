import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { insertManyUsers } from '../support/many-users.ts'
import { type ConsoleScene, press, startConsole, told } from './scene.ts'

let scene: ConsoleScene
let UserPoolId: string

before(async () => {
  scene = await startConsole()
  UserPoolId = (await scene.cognito.createUserPool({ PoolName: 'shop' })).UserPool!.Id!
  await insertManyUsers(scene.ctx.db, UserPoolId, 100_000)
})
after(() => scene.close())

/** Milliseconds from a click in the navigation until the page stands there, with its rows where it has some. */
const timeOf = (page: Page, name: string) =>
  page.evaluate(`(async () => {
    const link = [...document.querySelectorAll('nav a')].find((one) => one.textContent === ${JSON.stringify(name)})
    const isThere = () =>
      document.querySelector('h1')?.textContent === ${JSON.stringify(name)} && document.querySelector('tbody tr')
    const begun = performance.now()
    link.click()
    while (!isThere()) await new Promise(requestAnimationFrame)
    return performance.now() - begun
  })()`) as Promise<number>

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

test('with 100 000 users, lists turn, searches find and pages change in a tenth of a second', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/users`)
  const { page } = tab
  await page.getByRole('row').nth(5).waitFor()
  const next = `document.querySelector('button[aria-label="Next page"]').click()`
  const turns: number[] = []
  for (let number = 2; number <= 9; number++) {
    const first = await page.getByRole('row').nth(1).innerText()
    // As somebody does who points at the button before pressing it.
    await page.getByRole('button', { name: 'Next page' }).hover()
    await page.waitForLoadState('networkidle')
    turns.push(
      (await page.evaluate(`(async () => {
        const begun = performance.now()
        ${next}
        while (document.querySelectorAll('tbody tr')[0]?.innerText === ${JSON.stringify(first)})
          await new Promise(requestAnimationFrame)
        return performance.now() - begun
      })()`)) as number,
    )
  }
  const searches: number[] = []
  for (const name of ['user77777', 'user99999', 'user31415', 'user4242']) {
    const begun = performance.now()
    await page.getByRole('searchbox').fill(`${name}@example.com`)
    await page.getByRole('searchbox').press('Enter')
    await page.getByRole('link', { name: `${name}@example.com` }).waitFor()
    searches.push(performance.now() - begun)
  }
  const changes: number[] = []
  for (const name of ['Groups', 'App clients', 'Users', 'Groups', 'App clients', 'Users']) {
    changes.push(await timeOf(page, name))
    await page.getByRole('heading', { level: 1, name }).waitFor()
  }
  console.log(
    `page of the list ${median(turns).toFixed(0)} ms, search ${median(searches).toFixed(0)} ms, ` +
      `page change ${median(changes.slice(3)).toFixed(0)} ms`,
  )
  // A machine that does other things meanwhile is given more.
  assert.ok(median(turns) < 400, `turns: ${turns}`)
  assert.ok(median(searches) < 1000, `searches: ${searches}`)
  assert.ok(median(changes.slice(3)) < 400, `changes: ${changes}`)
  await tab.close()
})

test('what is done to 11 111 users that a search finds reaches each of them, in no more memory than the page has', async () => {
  await sql`
    insert into login_names (pool_id, name, kind, user_id)
    select pool_id, username, 'username', id from users where pool_id = ${UserPoolId} and username like 'user3%'
  `.execute(scene.ctx.db)
  const tab = await scene.open(`pools/${UserPoolId}/users?by=username&q=user3`)
  const { page } = tab
  await page.getByRole('row').nth(25).waitFor()
  const devTools = await tab.context.newCDPSession(page)
  const heap = async () => {
    await devTools.send('HeapProfiler.collectGarbage')
    return (await devTools.send('Runtime.getHeapUsage')).usedSize / 2 ** 20
  }
  await press(page, 'Select all that match')
  await press(page, 'All that match')
  await page.getByRole('menuitem', { name: 'Disable' }).click()
  await told(page, /^Found on all pages: 11,111\./)
  const before = await heap()
  const begun = performance.now()
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await page
    .getByText(/^[5-9],\d{3} of 11,111$/)
    .first()
    .waitFor({ timeout: 300_000 })
  const midway = await heap()
  await page.getByText('Done for 11,111 users.').first().waitFor({ timeout: 300_000 })
  const seconds = (performance.now() - begun) / 1000
  const after = await heap()
  console.log(
    `11 111 users in ${seconds.toFixed(0)} s, heap ${[before, midway, after].map((size) => size.toFixed(1)).join(', ')} MB`,
  )
  assert.ok(Math.max(midway, after) - before < 15, `${before}, ${midway}, ${after} MB`)
  await tab.close()
  const { rows } = await sql<{ enabled: number; disabled: number }>`
    select count(*) filter (where enabled and username like 'user3%')::integer as enabled,
      count(*) filter (where not enabled and username not like 'user3%' and substring(username from 5)::integer % 50 <> 0)::integer as disabled
    from users where pool_id = ${UserPoolId}`.execute(scene.ctx.db)
  assert.deepEqual(rows, [{ enabled: 0, disabled: 0 }])
})
