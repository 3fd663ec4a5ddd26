import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { queryObjects } from 'node:v8'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { repeatPassword } from './repeat-password.ts'
import { type HostedScene, password, startScene } from './scene.ts'
import { Visitor } from './visitor.ts'

let scene: HostedScene
let browser: Browser

before(async () => {
  ;[scene, browser] = await Promise.all([startScene(), launchChromium()])
})
after(async () => {
  await browser?.close()
  await scene?.close()
})

const ownScript = /<script src="\/[\w-]+\/assets\/[\w-]+\.[\w-]{12}\.js" defer><\/script>/
const foreign = 'script:not([src*="/assets/"]), img, [onerror]'
const script = '"><script>document.title="owned"</script><img src=x onerror=\'document.title="owned"\'>'

test('every page forbids frames, scripts, caches and referrers', async () => {
  const visitor = new Visitor()
  const base = `${scene.url}/${scene.poolId}`
  const pages = [
    await visitor.open(scene.loginUrl()),
    await visitor.open(scene.loginUrl({}, 'signup')),
    await visitor.open(scene.loginUrl({}, 'forgotPassword')),
    await visitor.get(`${base}/error?error=redirect_mismatch`),
    await visitor.get(`${base}/confirmUser?client_id=x`),
    await visitor.get(`${base}/login`),
    await visitor.post(scene.loginUrl(), {}),
    await visitor.get(`${base}/oauth2/authorize?client_id=nobody`),
  ]
  for (const { url, headers, body } of pages) {
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/, url)
    assert.match(policy, /frame-ancestors 'none'/, url)
    assert.match(policy, /base-uri 'none'/, url)
    assert.match(policy, /form-action 'self'/, url)
    assert.doesNotMatch(policy, /unsafe|\*/, url)
    // A page that needs a script names it; all others can run none.
    assert.equal(policy.includes("script-src 'self';"), ownScript.test(body), url)
    assert.equal(policy.includes('script-src'), ownScript.test(body), url)
    assert.equal(headers.get('x-frame-options'), 'DENY', url)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', url)
    assert.equal(headers.get('referrer-policy'), 'no-referrer', url)
    assert.equal(headers.get('cache-control'), 'no-store', url)
    assert.equal(headers.get('content-type'), 'text/html; charset=utf-8', url)
    assert.doesNotMatch(body.replaceAll(new RegExp(ownScript, 'g'), ''), /<script|\sstyle=|javascript:|\son\w+=/i, url)
  }
  assert.match(
    pages[0]!.headers.get('content-security-policy')!,
    new RegExp(`form-action 'self' ${new URL(scene.callback).origin};`),
  )
})

test('visits leave nothing behind in memory', async () => {
  // A cookie of each visit has a name of its own.
  async function visits(count: number): Promise<void> {
    for (let visit = 0; visit < count; visit++) {
      const visitor = new Visitor()
      const login = await visitor.open(scene.loginUrl())
      const { location } = await visitor.submit(login, { username: `nobody-${visit}`, password })
      assert.ok([...visitor.cookies.keys()].some((name) => name.includes('-page-')))
      await visitor.open(location!)
    }
  }
  const patterns = () => queryObjects(RegExp, { format: 'count' }) as unknown as number
  await visits(3)
  const before = patterns()
  await visits(20)
  assert.ok(patterns() < before + 10, `${before} regular expressions became ${patterns()}`)
})

test('a frame of another site stays empty', async () => {
  const page = await browser.newPage()
  await page.route('http://evil.test/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<iframe src="${scene.loginUrl().replaceAll('&', '&amp;')}"></iframe>`,
    }),
  )
  await page.goto('http://evil.test/')
  await page.waitForTimeout(500)
  for (const frame of page.frames().slice(1))
    assert.equal(
      await frame
        .locator('input')
        .count()
        .catch(() => 0),
      0,
    )
  await page.close()
})

test('values from the address are shown as text or not at all', async () => {
  const page = await browser.newPage()
  const base = `${scene.url}/${scene.poolId}`
  const addresses = [
    scene.loginUrl({ login_hint: script }),
    scene.loginUrl({ state: script, nonce: script, lang: script }),
    scene.loginUrl({ login_hint: script }, 'forgotPassword'),
    scene.loginUrl({ state: script }, 'signup'),
    scene.loginUrl({ client_id: script }),
    scene.loginUrl({ redirect_uri: script }),
    scene.loginUrl({ scope: script, response_type: script }),
    scene.loginUrl({ screen: script, begun: script }),
    scene.loginUrl({ [script]: script }),
    `${base}/error?${new URLSearchParams({ error: script, client_id: script, error_description: script })}`,
    `${base}/confirmUser?${new URLSearchParams({ client_id: script, user_name: script, confirmation_code: script })}`,
    `${base}/confirmUser?${new URLSearchParams({ client_id: scene.clientId, user_name: script, confirmation_code: '1' })}`,
    `${base}/login?${new URLSearchParams({ error: script })}`,
  ]
  for (const address of addresses) {
    await page.goto(address)
    assert.notEqual(await page.title(), 'owned', address)
    assert.equal(await page.locator(foreign).count(), 0, address)
  }
  await page.goto(addresses[0]!)
  assert.equal(await page.getByLabel('Email address').inputValue(), script.slice(0, 128))
  await page.close()
})

test('typed values are shown again as text', async () => {
  const page = await browser.newPage()
  await page.goto(scene.loginUrl())
  await asText(page)
  await page.getByLabel('Email address').fill(script)
  await page.getByLabel('Password').fill(script)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForSelector('.error')
  assert.equal(await page.getByLabel('Email address').getAttribute('value'), script)
  assert.notEqual(await page.title(), 'owned')

  await page.goto(scene.loginUrl({}, 'signup'))
  await asText(page)
  await page.getByLabel('Email address').fill(script)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await repeatPassword(page, password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForSelector('.error')
  assert.equal(await page.getByLabel('Email address').getAttribute('value'), script)
  assert.equal(await page.locator(foreign).count(), 0)
  await page.close()
})

test('no address makes the pages lead elsewhere', async () => {
  const elsewhere = [
    'https://evil.test/',
    '//evil.test/',
    '/\\evil.test',
    `${scene.callback}.evil.test/`,
    'javascript:alert(1)',
  ]
  // A page of an error leads back to the app, as it is registered.
  const front = `${new URL(scene.callback).origin}/`
  for (const target of elsewhere) {
    for (const parameters of [
      { redirect_uri: target },
      { screen: target },
      { logout_uri: target },
      { next: target, continue: target, RelayState: target },
    ] as Record<string, string>[]) {
      const visitor = new Visitor()
      const seen = await visitor.open(scene.loginUrl(parameters))
      const where = seen.location ? new URL(seen.location).origin : new URL(scene.url).origin
      assert.ok(
        [new URL(scene.url).origin, new URL(scene.callback).origin].includes(where),
        `${target} led to ${seen.location}`,
      )
      for (const [, href] of seen.body.matchAll(/(?:href|action)="([^"]*)"/g))
        assert.ok(
          href === front || (href!.startsWith('/') && !href!.startsWith('//') && !href!.startsWith('/\\')),
          href,
        )
    }
  }
  const path = await new Visitor().get(`${scene.url}//evil.test/login`)
  assert.equal(path.location, undefined)
})

test('an address of another pool shows nothing of this one', async () => {
  const other = await scene.cognito.createUserPool({ PoolName: 'other' })
  const visitor = new Visitor()
  const seen = await visitor.open(scene.loginUrl().replace(scene.poolId, other.UserPool!.Id!))
  assert.equal(seen.status, 400)
  assert.equal(seen.forms.length, 0)
})

test('a malformed client id is answered like an unknown one', async () => {
  for (const client_id of ['\0', 'a'.repeat(129), '../..', '\u{d800}']) {
    for (const page of ['login', 'oauth2/authorize', 'logout', 'signup', 'passkeys/add', 'confirmUser', 'error'])
      assert.equal((await new Visitor().open(scene.loginUrl({ client_id }, page))).status, 400, `${page} ${client_id}`)
  }
})

test('files of the pages are cached forever, and no others are served', async () => {
  const visitor = new Visitor()
  const page = await visitor.open(scene.loginUrl())
  const files = [...page.body.matchAll(/<link rel="(?:stylesheet|icon)" href="([^"]+)"/g)].map(([, href]) => href!)
  assert.equal(files.length, 3)
  let size = Buffer.byteLength(page.body)
  for (const file of files) {
    const seen = await visitor.get(new URL(file, page.url).href)
    assert.equal(seen.status, 200)
    assert.match(seen.headers.get('cache-control')!, /max-age=31536000, immutable/)
    assert.match(seen.headers.get('content-type')!, /text\/css|image\/svg/)
    size += Buffer.byteLength(seen.body)
  }
  assert.ok(size < 30_000, `${size} bytes`)
  for (const name of ['login.css', 'login.aaaaaaaaaaaa.css', '..%2flayout.hbs', '../layout.hbs', ''])
    assert.equal((await visitor.get(`${scene.url}/${scene.poolId}/assets/${name}`)).status, 404, name)
})

/** So that the browser lets through what is no address. */
const asText = (page: Page) => page.evaluate("document.getElementById('field-username').type = 'text'")
