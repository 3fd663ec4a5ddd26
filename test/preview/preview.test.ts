import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { AssetType } from '@aws-sdk/client-cognito-identity-provider'
import Koa from 'koa'
import type { Browser } from 'playwright-core'
import { branding } from '../../src/cli/branding.ts'
import { createPreview } from '../../src/hosted/preview/preview.ts'
import { previewStates } from '../../src/hosted/preview/states.ts'
import { sweep } from '../../src/jobs/sweep.ts'
import { createPreviewLink } from '../../src/pool/branding/preview-link.ts'
import { asset, createStyle, drawing } from '../branding/brand-scene.ts'
import { png } from '../branding/scene.ts'
import { type HostedScene, startScene } from '../hosted/scene.ts'
import { tour } from '../hosted/tour.ts'
import { Visitor } from '../hosted/visitor.ts'
import { launchChromium } from '../support/chromium.ts'

let scene: HostedScene
let browser: Browser
let styled: string

before(async () => {
  ;[scene, browser] = await Promise.all([startScene(), launchChromium()])
  styled = await scene.addClient({ ClientName: 'styled' })
  const Settings = { components: { form: { logo: { enabled: true } } } }
  await createStyle(scene, styled, Settings, [
    asset('FORM_LOGO', 'LIGHT', 'SVG', drawing('<circle cx="50" cy="50" r="40"/>')),
    asset('FORM_LOGO', 'DARK', 'SVG', drawing('<rect width="50" height="50"/>')),
  ])
})
after(async () => {
  await browser?.close()
  await scene?.close()
})

const link = async (clientId = styled) =>
  scene.url + (await createPreviewLink(scene.ctx.db, { poolId: scene.poolId, clientId }, scene.clock.now()))

async function opened(clientId?: string) {
  const visitor = new Visitor()
  const editor = await visitor.open(await link(clientId))
  assert.equal(editor.status, 200)
  const csrf = /name="_csrf" value="([\w-]+)"/.exec(editor.body)![1]!
  const send = (settings: unknown, headers: Record<string, string> = { Accept: 'application/json' }) =>
    visitor.post(at('/settings'), { _csrf: csrf, settings: JSON.stringify(settings) }, headers)
  return { visitor, editor, csrf, send }
}

const at = (path: string) => `${scene.url}/admin/branding${path}`
const colored = (color: string, colorSchemeMode = 'DYNAMIC') => ({
  categories: { global: { colorSchemeMode } },
  components: {
    primaryButton: {
      lightMode: { defaults: { backgroundColor: color } },
      darkMode: { defaults: { backgroundColor: '00ff00ff' } },
    },
  },
})

// First, while the clock of the scene is still that of the command line.
test('the command line makes a link, and in production it opens under the public name alone', async () => {
  const lines: string[] = []
  const print = (line: string) => lines.push(line)
  const use = async <T>(run: (db: typeof scene.ctx.db) => Promise<T>) => run(scene.ctx.db)
  await branding(['preview', '--pool', scene.poolId, '--client', styled], use, print)
  const [path] = /\/admin\/branding\?pool=\S+/.exec(lines.join('\n'))!
  await assert.rejects(branding(['preview', '--pool', 'us-east-1_none'], use, print), { name: 'StartError' })
  await assert.rejects(branding(['preview'], use, print), { name: 'ConfigError' })

  const production = await serveLike(scene, 'https://id.example.com')
  try {
    const open = (host: string) =>
      new Promise<IncomingMessage>((resolve, reject) =>
        request(`${production.url}${path}`, { headers: { host } }, (answer) => resolve(answer.resume()))
          .on('error', reject)
          .end(),
      )
    assert.equal((await open('login.example.com')).statusCode, 404)
    const opened = await open('id.example.com')
    assert.equal(opened.statusCode, 303)
    assert.match(String(opened.headers['set-cookie']), /^__Secure-poolhouse-branding=.*; secure; httponly/i)
  } finally {
    production.close()
  }
})

/** The routes alone, as production has them. */
async function serveLike({ ctx }: HostedScene, publicUrl: string) {
  const app = new Koa({ proxy: true }).use(
    createPreview({ ...ctx, config: { ...ctx.config, mode: 'serve', publicUrl } }),
  )
  const http = createServer(app.callback())
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    close: () => http.close().closeAllConnections(),
  }
}

test('a link opens once, within ten minutes, and nothing opens without one', async () => {
  const url = await link()
  const first = await new Visitor().get(url)
  assert.equal(first.status, 303)
  assert.equal(first.headers.get('location'), '/admin/branding')
  assert.match(first.headers.get('set-cookie')!, /path=\/admin\/branding; .*samesite=lax; httponly/i)
  assert.equal((await new Visitor().get(url)).status, 403)

  const late = await link()
  scene.clock.advance({ minutes: 11 })
  assert.equal((await new Visitor().get(late)).status, 403)
  for (const path of [
    '',
    '/page/login/light',
    '/theme/light.css',
    '/export.json',
    '/preview.js',
    `?pool=x&token=${'A'.repeat(43)}`,
  ])
    assert.equal((await new Visitor().get(at(path))).status, 403, path)
  assert.equal((await new Visitor().post(at('/settings'), { settings: '{}' })).status, 403)
})

test('a look at the link from a scanner that asks for its head does not spend it', async () => {
  const url = await link()
  assert.equal((await fetch(url, { method: 'HEAD', redirect: 'manual' })).status, 405)
  assert.equal((await new Visitor().get(url)).status, 303)
})

test('a session ends after an hour, and is swept', async () => {
  const { visitor } = await opened()
  scene.clock.advance({ minutes: 61 })
  assert.equal((await visitor.get(at(''))).status, 403)
  await sweep(scene.ctx)
  assert.deepEqual(await scene.ctx.db.selectFrom('branding_previews').selectAll().execute(), [])
})

test('every page and state is shown in light and dark, framed by the editor alone, without script', async () => {
  const { visitor, editor } = await opened()
  assert.match(editor.headers.get('content-security-policy')!, /script-src 'self'; .*frame-ancestors 'none'/)
  for (const name of Object.keys(previewStates)) {
    for (const scheme of ['light', 'dark']) {
      assert.ok(editor.body.includes(`src="/admin/branding/page/${name}/${scheme}"`), name)
      const page = await visitor.get(at(`/page/${name}/${scheme}`))
      assert.equal(page.status, 200, `${name}: ${page.body}`)
      assert.ok(page.body.includes(`/admin/branding/theme/${scheme}.css`))
      assert.doesNotMatch(page.body, /<script|autofocus/)
      const policy = page.headers.get('content-security-policy')!
      assert.match(policy, /frame-ancestors 'self'/)
      assert.match(policy, /form-action 'none'/)
      assert.doesNotMatch(policy, /script-src|unsafe/)
      assert.equal(page.headers.get('x-frame-options'), 'SAMEORIGIN')
    }
  }
  assert.equal((await visitor.get(at('/page/constructor/light'))).status, 404)
})

test('an edited document shows, in either scheme, for its own session and nowhere else', async () => {
  const [one, other] = [await opened(), await opened()]
  assert.equal((await one.send(colored('ff0000ff'))).status, 204)
  const theme = async (visitor: Visitor, scheme: string) => (await visitor.get(at(`/theme/${scheme}.css`))).body
  assert.match(await theme(one.visitor, 'light'), /--button-background:#ff0000ff/)
  assert.match(await theme(one.visitor, 'dark'), /--button-background:#00ff00ff/)
  assert.doesNotMatch(await theme(one.visitor, 'light'), /@media/)
  assert.doesNotMatch(await theme(other.visitor, 'light'), /ff0000ff/)
  const { ManagedLoginBranding } = await scene.cognito.describeManagedLoginBrandingByClient({
    UserPoolId: scene.poolId,
    ClientId: styled,
  })
  assert.doesNotMatch(JSON.stringify(ManagedLoginBranding), /ff0000ff/)

  // A style of one scheme is the same in every browser.
  await one.send(colored('ff0000ff', 'LIGHT'))
  assert.match(await theme(one.visitor, 'dark'), /--button-background:#ff0000ff/)
})

test('the logo of each scheme is the one that was made for it', async () => {
  const { visitor, send } = await opened()
  await send({
    categories: { global: { colorSchemeMode: 'DYNAMIC' } },
    components: { form: { logo: { enabled: true } } },
  })
  const logo = async (scheme: string) =>
    /<img[^>]* src="([^"]+)"/.exec((await visitor.get(at(`/page/login/${scheme}`))).body)![1]!
  const [light, dark] = [await logo('light'), await logo('dark')]
  assert.notEqual(light, dark)
  assert.equal((await visitor.get(scene.url + dark)).status, 200)
})

test('a form of elsewhere, and a document that is none, are refused', async () => {
  const { visitor, csrf, send } = await opened()
  const settings = JSON.stringify(colored('ff0000ff'))
  assert.equal((await visitor.post(at('/settings'), { settings })).status, 403)
  assert.equal((await visitor.post(at('/settings'), { settings, _csrf: (await opened()).csrf })).status, 403)
  const crossSite = { 'Sec-Fetch-Site': 'cross-site' }
  assert.equal((await visitor.post(at('/settings'), { settings, _csrf: csrf }, crossSite)).status, 403)
  assert.equal((await visitor.get(at('/settings'))).status, 405)

  for (const bad of [colored('red}body{display:none'), [], 'x', null]) assert.equal((await send(bad)).status, 400)
  const shown = await visitor.post(at('/settings'), { _csrf: csrf, settings: '{"a": </textarea><script>' })
  assert.equal(shown.status, 400)
  assert.match(shown.body, /class="problem">/)
  assert.doesNotMatch(shown.body, /<\/textarea><script>/)
  assert.equal((await visitor.post(at('/settings'), { _csrf: csrf, settings: ' '.repeat(70_000) })).status, 413)
})

test('what is exported makes the style of another client, pictures and all', async () => {
  const { visitor, send } = await opened()
  await send(colored('123456ff'))
  const exported = await visitor.get(at('/export.json'))
  assert.match(exported.headers.get('content-disposition')!, /attachment; filename="branding\.json"/)
  const input = JSON.parse(exported.body)
  assert.deepEqual([input.UserPoolId, input.ClientId], [scene.poolId, styled])
  const Assets = input.Assets.map((one: { Bytes: string }) => ({ ...one, Bytes: Buffer.from(one.Bytes, 'base64') }))
  const ClientId = await scene.addClient({ ClientName: 'copy' })
  const { ManagedLoginBranding } = await scene.cognito.createManagedLoginBranding({ ...input, ClientId, Assets })
  assert.match(JSON.stringify(ManagedLoginBranding!.Settings), /123456ff/)
  assert.equal(ManagedLoginBranding!.Assets!.length, 2)
})

async function uploader() {
  const session = await opened()
  const cookie = [...session.visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const upload = (given: Record<string, string>, file?: Uint8Array | string, headers: Record<string, string> = {}) => {
    const form = new FormData()
    const fields = {
      _csrf: session.csrf,
      settings: '{}',
      category: 'FORM_LOGO',
      mode: 'DYNAMIC',
      resource: '',
      ...given,
    }
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    if (file) form.set('file', new Blob([file as BlobPart]), 'picture')
    return fetch(at('/pictures'), { method: 'POST', body: form, redirect: 'manual', headers: { cookie, ...headers } })
  }
  const exported = async () => JSON.parse((await session.visitor.get(at('/export.json'))).body)
  return { ...session, upload, exported }
}

test('a picture is added, shown, exported and removed, for its own session alone', async () => {
  const { visitor, upload, exported } = await uploader()
  const other = await uploader()
  const logo = drawing('<path d="M0 0h9v9z"/>')
  const settings = JSON.stringify({
    categories: { global: { colorSchemeMode: 'LIGHT' } },
    components: { form: { logo: { enabled: true } }, pageBackground: { image: { enabled: true } } },
  })
  const added = await upload({ settings, mode: 'LIGHT' }, logo)
  assert.equal(added.status, 303)
  assert.equal((await upload({ settings, category: 'PAGE_BACKGROUND', mode: 'LIGHT' }, png)).status, 303)

  const page = (await visitor.get(at('/page/login/light'))).body
  const [, shown] = /<img[^>]* src="(\/admin\/branding\/picture\/[\w-]+\.svg)"/.exec(page)!
  const picture = await visitor.get(scene.url + shown)
  assert.equal(picture.body, logo)
  assert.match(picture.headers.get('content-security-policy')!, /sandbox/)
  assert.match(
    (await visitor.get(at('/theme/light.css'))).body,
    /--page-image:url\("\/admin\/branding\/picture\/.*\.png"/,
  )
  assert.equal((await other.visitor.get(scene.url + shown)).status, 404)

  const style = await exported()
  assert.deepEqual(
    style.Assets.map((one: AssetType) => [one.Category, one.ColorMode, one.Extension]),
    [
      ['FORM_LOGO', 'DARK', 'SVG'],
      ['FORM_LOGO', 'LIGHT', 'SVG'],
      ['PAGE_BACKGROUND', 'LIGHT', 'PNG'],
    ],
  )
  assert.equal((await other.exported()).Assets.length, 2)
  const ClientId = await scene.addClient({ ClientName: 'with pictures' })
  const Assets = style.Assets.map((one: { Bytes: string }) => ({ ...one, Bytes: Buffer.from(one.Bytes, 'base64') }))
  await scene.cognito.createManagedLoginBranding({ ...style, ClientId, Assets })

  for (const { Category, ColorMode } of style.Assets)
    assert.equal((await upload({ remove: `${Category}/${ColorMode}/` })).status, 303)
  assert.equal((await exported()).Assets, undefined)
})

test('a picture that the API would not take is refused, and what was typed stays', async () => {
  const { upload, exported, csrf } = await uploader()
  const evil = drawing('<script>alert(1)</script>')
  const cases: [Record<string, string>, Uint8Array | string | undefined, RegExp][] = [
    [{}, undefined, /Choose a file/],
    [{}, evil, /Invalid SVG/],
    [{}, drawing('<image href="https://evil.example/x.png"/>'), /Invalid SVG/],
    [{}, 'no picture', /Invalid SVG/],
    [{ category: 'FAVICON_ICO' }, png, /Invalid extension PNG/],
    [{ category: 'IDP_BUTTON_ICON', resource: 'x'.repeat(41) }, drawing('<g/>'), /resourceId/i],
    [{ category: 'NOWHERE' }, png, /category/i],
    [{ mode: 'PINK' }, png, /colorMode/i],
    [{}, Buffer.concat([png, Buffer.alloc(1_000_001)]), /length less than or equal to 1000000|less than/],
    [{ settings: '{"a": ' }, png, /JSON/],
  ]
  for (const [given, file, told] of cases) {
    const answer = await upload({ settings: '{"mine":1}', ...given }, file)
    const body = await answer.text()
    assert.equal(answer.status, 400, JSON.stringify(given))
    const [, problem = ''] = /class="problem">([^<]*)/.exec(body) ?? []
    assert.match(problem, told)
    assert.ok(body.includes(given.settings ? '&quot;a&quot;: ' : 'mine'), body)
  }
  assert.equal((await exported()).Assets.length, 2)
  const fill = Buffer.concat([png, Buffer.alloc(700_000)])
  assert.equal((await upload({}, fill)).status, 303)
  assert.equal((await upload({ category: 'PAGE_BACKGROUND' }, fill)).status, 303)
  assert.match(await (await upload({ category: 'FORM_BACKGROUND' }, fill)).text(), /the 2 MB that a request may have/)

  assert.equal((await upload({ _csrf: `${csrf.slice(0, -4)}AAAA` }, png)).status, 403)
  assert.equal((await upload({}, png, { 'Sec-Fetch-Site': 'cross-site' })).status, 403)
  assert.equal((await upload({}, png, { cookie: '' })).status, 403)
  assert.equal((await upload({}, Buffer.alloc(2_200_000))).status, 413)
  const { visitor } = await opened()
  assert.equal((await visitor.post(at('/pictures'), { settings: '{}' })).status, 415)
})

test('the door of development asks which client, and lets no other site in', async () => {
  const door = `${scene.url}/_poolhouse/branding`
  const visitor = new Visitor()
  const choice = await visitor.get(door)
  assert.ok(choice.body.includes(`?client=${styled}`))
  assert.equal((await visitor.open(`${door}?client=${styled}`)).status, 200)
  assert.equal((await new Visitor().get(door, { Origin: 'https://evil.example' })).status, 403)
})

test('in a browser, what is typed shows in every frame', async () => {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } })
  page.setDefaultTimeout(10_000)
  const broken: string[] = []
  page.on('pageerror', (error) => broken.push(error.message))
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) broken.push(message.text())
  })
  await page.goto(await link())
  assert.equal(new URL(page.url()).search, '')
  const frame = page.frameLocator('iframe[src$="/page/login/dark"]').first()
  await frame.locator('button[type=submit], button').first().waitFor()
  await page.locator('#settings').fill(JSON.stringify(colored('ff00ffff')))
  await page.getByText('Shown.').waitFor()
  const shade = async (scheme: string) => {
    const button = page.frameLocator(`iframe[src$="/page/login/${scheme}"]`).first().locator('form button').first()
    return button.evaluate((element) => getComputedStyle(element as never).backgroundColor)
  }
  // Each frame is fetched by itself.
  for (const [scheme, color] of [
    ['light', 'rgb(255, 0, 255)'],
    ['dark', 'rgb(0, 255, 0)'],
  ] as const) {
    for (let waited = 0; (await shade(scheme)) !== color && waited < 40; waited++) await page.waitForTimeout(100)
    assert.equal(await shade(scheme), color)
  }
  await page.locator('#settings').fill('{')
  await page.locator('#status.problem').waitFor()
  assert.equal(await page.evaluate('document.activeElement.id'), 'settings')
  await page.screenshot({ path: 'test/artefacts/preview.png' })
  assert.deepEqual(broken, [])
  await page.close()
})

test('the editor and its door are pages as accessible and valid as those that they show', () =>
  tour(browser, 'default', async ({ page, look }) => {
    // What is framed is looked at elsewhere.
    const empty = '<!DOCTYPE html><html lang="en"><head><title>A page</title></head><body></body></html>'
    await page.route('**/admin/branding/page/**', (route) => route.fulfill({ contentType: 'text/html', body: empty }))
    await page.goto(`${scene.url}/_poolhouse/branding`)
    await look('preview-door')
    await page.getByRole('link', { name: /styled/ }).click()
    await page.getByText('FORM_LOGO LIGHT').waitFor()
    await look('preview-editor')
    await page.goto(at('?pool=x&token=y'))
    await look('preview-refused')
  }))
