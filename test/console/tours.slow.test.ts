import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { freePort } from '../../bench/frame/server.ts'
import { adminOf, keyOf } from '../administration/scene.ts'
import { openTerminal } from '../support/guide.ts'
import { heading, press, startConsole, told } from './scene.ts'

/** Paths of whole people, each step kept as a picture in test/artefacts/console. */

/** At the login page, which asks for the password at once or on a page of its own. */
async function signIn(shop: Page): Promise<void> {
  const password = shop.locator('input[type=password]')
  const submit = shop.locator('button.primary').first()
  await shop.getByLabel('Email address').fill('ann@example.com')
  if ((await password.count()) === 0) await submit.click()
  await password.fill('Correct-horse-1')
  await submit.click()
}

test('a newcomer gets from the home page to a branded sign-up with a second factor, without the docs', async () => {
  const scene = await startConsole()
  const port = await freePort()
  const appUrl = `http://localhost:${port}/`
  const folder = mkdtempSync(join(tmpdir(), 'poolhouse-newcomer-'))
  const terminal = openTerminal(folder, { CI: undefined })
  const began = performance.now()
  try {
    const tab = await scene.open('')
    const { page } = tab
    let step = 0
    const look = (name: string) => tab.look(`newcomer-${String(++step).padStart(2, '0')}-${name}`)
    const nav = (name: string) =>
      page.getByRole('navigation', { name: 'Navigation' }).getByRole('link', { name, exact: true }).click()

    await page.goto(scene.url)
    await page.getByRole('link', { name: 'Console' }).first().waitFor()
    await look('home')
    await page.getByRole('link', { name: 'Console' }).first().click()
    await heading(page, 'User pools')
    await page.getByRole('link', { name: 'Create pool' }).first().click()
    await page.getByLabel('Pool name').fill('shop')
    await page.getByRole('radio', { name: 'Single-page app' }).check()
    await page.getByLabel('Callback URL').fill(appUrl)
    await look('create-pool')
    await press(page, 'Create pool and app')
    await heading(page, 'shop')
    await look('pool')

    await page.locator('main').getByRole('link', { name: 'Login pages' }).click()
    const color = page.getByRole('textbox', { name: 'Brand colour, light: hexadecimal' })
    await color.fill('#7a1fa2')
    await page.frameLocator('iframe').getByRole('button').first().waitFor()
    await look('branding')
    await press(page, 'Review changes')
    await press(page, 'Save changes')
    await told(page, 'The style is saved.')
    await page.getByRole('dialog').waitFor({ state: 'detached' })

    await nav('App clients')
    await heading(page, 'App clients')
    await page.getByRole('row').getByRole('link').first().click()
    await page.getByRole('tab', { name: 'Vite, oidc-client-ts' }).click()
    const [create, code, serve] = await page.locator('.snippet pre').allInnerTexts()
    await look('app-client')
    await terminal.run(create!)
    await terminal.run(`cat > src/main.js <<'END-OF-FILE'\n${code}\nEND-OF-FILE`)
    await terminal.serve(serve!, port, '/')

    const shop = await tab.context.newPage()
    await shop.goto(appUrl)
    await shop.getByRole('button', { name: 'Sign in' }).click()
    await shop.getByRole('link', { name: 'Create an account' }).click()
    await shop.getByLabel('Email address').fill('ann@example.com')
    await shop.getByLabel('Password', { exact: true }).fill('Correct-horse-1')
    await shop.screenshot({ path: new URL('../artefacts/console/newcomer-sign-up.png', import.meta.url).pathname })
    await shop.getByRole('button', { name: 'Create account' }).click()
    const { code: confirmation } = await scene.message({ to: 'ann@example.com' })
    await shop.getByLabel('Confirmation code').fill(confirmation!)
    await shop.getByRole('button', { name: 'Confirm account' }).click()
    await shop.getByText('Your account is confirmed.').waitFor()
    await signIn(shop)
    const later = shop.getByRole('button', { name: 'Not now' })
    await later
      .or(shop.getByRole('button', { name: 'Sign out' }))
      .first()
      .waitFor()
    if ((await later.count()) > 0) await later.click()
    await shop.getByRole('button', { name: 'Sign out' }).waitFor()
    assert.match(await shop.locator('pre').innerText(), /ann@example\.com/)

    await nav('Users')
    await page.getByRole('searchbox').fill('ann')
    await page.getByRole('searchbox').press('Enter')
    await page.getByRole('link', { name: 'ann@example.com' }).click()
    await heading(page, 'ann@example.com')
    await look('user')

    await nav('Sign-in settings')
    await heading(page, 'Sign-in settings')
    await page.getByRole('radio', { name: 'Required for everybody' }).check()
    await page.getByRole('checkbox', { name: 'Authenticator app' }).check()
    await press(page, 'Review changes')
    await look('mfa-review')
    await press(page, 'Save changes')
    await told(page, 'The sign-in settings are saved.')
    await page.getByRole('dialog').waitFor({ state: 'detached' })

    await nav('Overview')
    await told(page, /Signed in \(1\)/)
    await look('chart')
    await nav('Audit')
    await page.getByRole('button', { name: 'Record of SetUserPoolMfaConfig' }).first().waitFor()
    await look('audit')

    await shop.getByRole('button', { name: 'Sign out' }).click()
    await shop.getByText('Signed out').waitFor()
    await shop.getByRole('button', { name: 'Sign in' }).click()
    await signIn(shop)
    await shop.getByRole('heading', { name: 'Set up your authenticator app' }).waitFor()
    await tab.close()
    const seconds = (performance.now() - began) / 1000
    console.log(`the whole path took ${seconds.toFixed(0)} s by machine`)
  } finally {
    terminal.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    await scene.close()
  }
})

test('the help desk finds a user and helps, and is offered nothing else', async () => {
  const scene = await startConsole({ mode: 'serve' })
  try {
    const UserPoolId = (await scene.cognito.createUserPool({ PoolName: 'shop', AutoVerifiedAttributes: ['email'] }))
      .UserPool!.Id!
    await scene.cognito.adminCreateUser({
      UserPoolId,
      Username: 'ann',
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: 'ann@example.com' },
        { Name: 'email_verified', Value: 'true' },
      ],
    })
    const Password = 'Correct-horse-1'
    await scene.cognito.adminSetUserPassword({ UserPoolId, Username: 'ann', Password, Permanent: true })
    await adminOf(scene).putRole({ RoleName: 'desk', ReadyMadePolicy: 'help-desk', UserPoolIds: [UserPoolId] })
    const key = await keyOf(scene, 'desk')

    const tab = await scene.open('pools')
    const { page } = tab
    await page.getByLabel('Access key id').fill(key.accessKeyId)
    await page.getByLabel('Secret access key').fill(key.secretAccessKey)
    await press(page, 'Sign in with the key')
    await page.getByRole('link', { name: 'shop' }).click()
    await page.getByRole('heading', { level: 1, name: 'shop' }).waitFor()
    await page.getByRole('navigation', { name: 'Navigation' }).getByRole('link', { name: 'Users', exact: true }).click()
    await heading(page, 'Users')
    await page.getByRole('link', { name: 'ann@example.com' }).waitFor()
    await tab.look('help-desk-users')
    assert.equal(await page.getByRole('button', { name: 'Create user' }).count(), 0)
    const links = await page.getByRole('navigation', { name: 'Navigation' }).getByRole('link').allInnerTexts()
    for (const name of ['App clients', 'Sign-in settings', 'Audit', 'Roles', 'Access keys', 'Operators', 'Outbox'])
      assert.ok(!links.includes(name), `${name} in ${links}`)
    await page.getByRole('link', { name: 'ann@example.com' }).click()
    await heading(page, /ann/)
    await tab.look('help-desk-user')
    await press(page, 'Actions')
    const offered = await page.getByRole('menuitem').allInnerTexts()
    assert.ok(offered.includes('Reset password'), String(offered))
    assert.ok(!offered.some((name) => /delete|set a password/i.test(name)), String(offered))
    await tab.look('help-desk-actions')
    await page.getByRole('menuitem', { name: 'Reset password' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Reset password' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const { UserStatus } = await scene.cognito.adminGetUser({ UserPoolId, Username: 'ann' })
    assert.equal(UserStatus, 'RESET_REQUIRED')
    await tab.close()
  } finally {
    await scene.close()
  }
})
