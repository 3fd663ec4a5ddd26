import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { decodeJwt } from 'jose'
import { generateSync } from 'otplib'
import type { Browser, Page } from 'playwright-core'
import { launchChromium, requireChromium } from '../support/chromium.ts'
import { type Guide, openGuide } from '../support/guide.ts'
import { terraformSettings } from '../terraform/terraform.ts'

// Each quick start of docs/quickstarts, from its first line to its last, in a fresh folder.
let browser: Browser
let guide: Guide | undefined
before(async () => {
  browser = await launchChromium()
})
after(() => browser?.close())
afterEach(() => {
  guide?.close()
  guide = undefined
})

/** @param generator a command that makes files, some of which those of the guide replace */
async function open(name: string, env: Record<string, string> = {}, generator?: string): Promise<Guide> {
  guide = await openGuide(`docs/quickstarts/${name}.md`, { ports: [9500, 3000], env })
  await guide.run('npm init -y')
  if (generator) await guide.run(generator)
  guide.writeFiles()
  return guide
}

async function signIn(page: Page, url: string, name: string, between?: string): Promise<void> {
  await page.goto(url)
  await page.getByRole('link', { name: 'Sign in' }).click()
  if (between) await page.getByRole('button', { name: between }).click()
  await page.locator('input[name=username]').fill(name)
  await page.locator('input[name=password]').fill('Correct-horse-1')
  await page.locator('input[name=password]').press('Enter')
}

interface WebApp {
  name: string
  generator?: string
  prepare?: string
  server: string
  env?: Record<string, string>
  /** A button of the library's own page between the app's link and the login page. */
  between?: string
  signOut: (page: Page, home: string) => Promise<unknown>
}

const webApps: WebApp[] = [
  { name: 'express', server: 'node app.mjs', signOut: (page, home) => page.goto(`${home}/logout`) },
  {
    name: 'next',
    server: 'npx next dev',
    env: { NEXT_TELEMETRY_DISABLED: '1' },
    between: 'Sign in with Cognito',
    async signOut(page, home) {
      await page.goto(home)
      await page.getByRole('link', { name: 'Sign out' }).click()
      await page.getByRole('button', { name: 'Sign out' }).click()
    },
  },
  {
    name: 'django',
    generator: 'startproject',
    prepare: 'manage.py migrate',
    server: 'manage.py runserver',
    async signOut(page, home) {
      await page.goto(home)
      await page.getByRole('button', { name: 'Sign out' }).click()
    },
  },
  {
    name: 'spring-boot',
    server: 'mvn -q spring-boot:run',
    async signOut(page, home) {
      await page.goto(home)
      await page.getByRole('link', { name: 'Sign out' }).click()
      await page.getByRole('button', { name: 'Log Out' }).click()
    },
  },
]

for (const { name, generator, prepare, server, env, between, signOut } of webApps)
  test(`${name}: sign-in, a page for a group, sign-out and a second factor`, async () => {
    const { run, serve, url, skipped } = await open(name, env, generator)
    if (prepare) await run(prepare)
    await serve('npx poolhouse dev', 9500, '/health')
    await serve(server, 3000)
    const page = await browser.newPage()
    await signIn(page, url(3000), 'ann@example.com', between)
    await page.getByText('Hello, Ann. Your groups: staff').waitFor()
    await page.goto(`${url(3000)}/staff`)
    await page.getByText('Welcome, staff').waitFor()
    await signOut(page, url(3000))
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    await signIn(page, url(3000), 'bob@example.com', between)
    await page.getByText('Hello, Bob. Your groups: none').waitFor()
    assert.equal((await page.goto(`${url(3000)}/staff`))?.status(), 403)
    await signOut(page, url(3000))
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    await run('poolhouse pool mfa')
    await signIn(page, url(3000), 'ann@example.com', between)
    await page.getByText('QR code').first().waitFor()
    await page.close()
    assert.deepEqual(skipped(), [])
  })

test('vite-amplify: sign-in in the page, a part for a group, and an authenticator app', async () => {
  const { run, serve, url, skipped } = await open('vite-amplify')
  await serve('npx poolhouse dev', 9500, '/health')
  await serve('npx vite', 3000)
  const page = await browser.newPage()
  async function fill(name: string, password: string) {
    await page.getByLabel('E-mail address').fill(name)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }
  await page.goto(url(3000))
  await fill('ann@example.com', 'Wrong-horse-1')
  await page.getByText('Incorrect username or password.').waitFor()
  await fill('ann@example.com', 'Correct-horse-1')
  await page.getByText('Hello, Ann. Your groups: staff').waitFor()
  await page.getByText('Welcome, staff').waitFor()
  await page.reload()
  await page.getByText('Welcome, staff').waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await fill('bob@example.com', 'Correct-horse-1')
  await page.getByText('Hello, Bob. Your groups: none').waitFor()
  assert.equal(await page.getByText('Welcome, staff').isVisible(), false)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await run('poolhouse pool mfa')
  await fill('bob@example.com', 'Correct-horse-1')
  const secret = await page
    .locator('#key')
    .filter({ hasText: /^[A-Z2-7]{16}/ })
    .innerText()
  await page.getByLabel('Code of the authenticator app').fill(generateSync({ secret }))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('Hello, Bob').waitFor()
  await page.close()
  assert.deepEqual(skipped(), [])
})

for (const [name, server] of [
  ['fastapi', '.venv/bin/uvicorn'],
  ['go', 'go run .'],
] as const)
  test(`${name}: an API lets the staff in, refuses others, and who has no token`, async () => {
    const { run, serve, skipped } = await open(name)
    await serve('npx poolhouse dev', 9500, '/health')
    await serve(server, 3000)
    await run('token() {')
    assert.match(await run('-H "Authorization: Bearer $(token ann@example.com)"'), /HTTP\/1\.1 200 .*hello/is)
    const refused = await run('-H "Authorization: Bearer $(token bob@example.com)"')
    assert.match(refused, /HTTP\/1\.1 403 .*HTTP\/1\.1 401 /s)
    assert.deepEqual(skipped(), [])
  })

test('Playwright: sign-in and sign-up pass in a browser', async () => {
  // In the place of the browser that Playwright would fetch.
  const { run, skipped } = await open('playwright', { CHROMIUM_PATH: requireChromium(), CI: '1' })
  assert.match(await run('npx playwright test'), /2 passed/)
  assert.deepEqual(skipped(), ['npx playwright install chromium\n'])
})

test('Terraform: what is applied signs in, a second plan is empty, and all of it goes', async () => {
  const settings = mkdtempSync(join(tmpdir(), 'poolhouse-terraform-'))
  try {
    const { run, serve, skipped } = await open('terraform', terraformSettings(settings))
    await serve('npx poolhouse dev', 9500, '/health')
    assert.match(await run('terraform init'), /Apply complete! Resources: 5 added/)
    const [, token] = /"AccessToken": "([^"]*)"/.exec(await run('initiate-auth'))!
    assert.deepEqual(decodeJwt(token!)['cognito:groups'], ['staff'])
    assert.match(await run('terraform plan'), /No changes.*Destroy complete! Resources: 5 destroyed/s)
    assert.deepEqual(skipped(), [])
  } finally {
    rmSync(settings, { recursive: true })
  }
})

test('CDK: a stack is applied twice, its trigger runs, and so is a template of SAM', async () => {
  const { run, serve, skipped } = await open('cdk', { CDK_DISABLE_CLI_TELEMETRY: '1' })
  await serve('npx poolhouse dev', 9500, '/health')
  assert.match(await run('npx cdk synth'), /UserPoolClient .* created\n.*AWS::Lambda::Function: /s)
  await run('npx poolhouse user create')
  const [, token] = /"IdToken": "([^"]*)"/.exec(await run('initiate-auth'))!
  const { plan, 'cognito:groups': groups } = decodeJwt(token!)
  assert.deepEqual([plan, groups], ['free', ['staff']])
  assert.match(
    await run('apply template.yaml'),
    /Issuer +http:\/\/localhost:\d+\/us-east-1_.*AWS::Serverless::HttpApi: Api/s,
  )
  assert.deepEqual(skipped(), [])
})
