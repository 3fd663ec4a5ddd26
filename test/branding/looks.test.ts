import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { type HostedScene, startScene } from '../hosted/scene.ts'
import { launchChromium } from '../support/chromium.ts'
import { alpine, alpineAssets } from './alpine.ts'
import { asset, createStyle, drawing } from './brand-scene.ts'

const folder = fileURLToPath(new URL('../artefacts/branding/', import.meta.url))

let scene: HostedScene
let browser: Browser

before(async () => {
  ;[scene, browser] = await Promise.all([startScene(), launchChromium()])
  await mkdir(folder, { recursive: true })
})
after(async () => {
  await browser?.close()
  await scene?.close()
})

interface Watched {
  requests: string[]
  alarms: string[]
  color(selector: string, property: string, pseudo?: string): Promise<string>
  fits: boolean
  close(): Promise<void>
}

/** Opens a page and sees what it loads, what it says and how it looks. */
async function watch(url: string, colorScheme: 'light' | 'dark', picture?: string, width = 1280): Promise<Watched> {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 820 } })
  const page = await context.newPage()
  const requests: string[] = []
  const alarms: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  page.on('dialog', (dialog) => {
    alarms.push(dialog.message())
    void dialog.dismiss()
  })
  page.on('console', (message) => message.type() === 'error' && alarms.push(message.text()))
  page.on('requestfailed', (request) => alarms.push(request.url()))
  page.on('response', (response) => response.status() >= 400 && alarms.push(`${response.status()} ${response.url()}`))
  await page.goto(url, { waitUntil: 'networkidle' })
  if (picture) await writeFile(`${folder}${picture}.png`, await page.screenshot())
  const fits = await page.evaluate('document.documentElement.scrollWidth <= innerWidth')
  return {
    requests,
    alarms,
    fits: fits as boolean,
    color: (selector, property, pseudo) =>
      page.evaluate(
        ([one, two, three]) => `${getComputedStyle(document.querySelector(one!)!, three).getPropertyValue(two!)}`,
        [selector, property, pseudo],
      ),
    close: () => context.close(),
  }
}

test('a style is what the browser shows, in light and in dark', async () => {
  await scene.cognito.createIdentityProvider({
    UserPoolId: scene.poolId,
    ProviderName: 'Google',
    ProviderType: 'Google',
    ProviderDetails: { client_id: 'id', client_secret: 'secret', authorize_scopes: 'profile' },
  })
  const client = await scene.addClient({ SupportedIdentityProviders: ['COGNITO', 'Google'] })
  await createStyle(scene, client, alpine, alpineAssets)
  const looks = {
    light: ['rgb(178, 62, 32)', 'rgb(255, 250, 245)', 'rgb(58, 30, 20)'],
    dark: ['rgb(255, 158, 110)', 'rgb(24, 18, 38)', 'rgb(250, 232, 220)'],
  }
  for (const scheme of ['light', 'dark'] as const) {
    const page = await watch(scene.loginUrl({ client_id: client }), scheme, `alpine-login-${scheme}`)
    const seen = [
      await page.color('button.primary', 'background-color'),
      await page.color('.card', 'background-color'),
      await page.color('h1', 'color'),
    ]
    assert.deepEqual(seen, looks[scheme])
    assert.equal(await page.color('button.primary', 'border-top-left-radius'), '24px')
    assert.match(await page.color('body', 'background-image', '::before'), /branding\/[\w-]+\.svg/)
    assert.deepEqual(page.alarms, [])
    for (const url of page.requests) assert.ok(url.startsWith(scene.url) || url.startsWith('data:'), url)
    await page.close()
    const other = await watch(
      scene.loginUrl({ client_id: client }, 'forgotPassword'),
      scheme,
      `alpine-forgot-${scheme}`,
    )
    assert.deepEqual(other.alarms, [])
    await other.close()
  }
  const small = await watch(scene.loginUrl({ client_id: client }), 'light', 'alpine-small-light', 360)
  assert.ok(small.fits)
  await small.close()
})

test('pictures that slipped past the checks of their upload run nothing and load nothing', async () => {
  const client = await scene.addClient({})
  const enabled = { enabled: true }
  const id = await createStyle(
    scene,
    client,
    {
      categories: { global: { pageHeader: enabled } },
      components: {
        pageHeader: { logo: enabled, backgroundImage: enabled },
        form: { logo: enabled, backgroundImage: enabled },
      },
    },
    ['PAGE_HEADER_LOGO', 'PAGE_HEADER_BACKGROUND', 'FORM_LOGO', 'FORM_BACKGROUND', 'PAGE_BACKGROUND'].map((category) =>
      asset(category, 'LIGHT', 'SVG', drawing(`<g id="${category}"/>`)),
    ),
  )
  const evil =
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script>' +
    '<image href="http://127.0.0.1:9/evil.png"/><foreignObject><img src="x" onerror="alert(3)"/></foreignObject></svg>'
  await scene.ctx.db
    .updateTable('branding_assets')
    .set({ bytes: Buffer.from(evil) })
    .where('branding_id', '=', id)
    .execute()
  const page = await watch(scene.loginUrl({ client_id: client }), 'light')
  assert.ok(
    page.alarms.every((alarm) => !/^[123]$/.test(alarm)),
    page.alarms.join('\n'),
  )
  for (const url of page.requests) assert.ok(url.startsWith(scene.url), url)
  const [picture] = page.requests.filter((url) => url.endsWith('.svg') && url.includes('/branding/'))
  await page.close()
  const direct = await fetch(picture!)
  assert.equal(direct.status, 404)
})

test('classic CSS changes what it names, and cannot cover the page or load anything', async () => {
  const classic = await startScene()
  try {
    const UserPoolId = classic.poolId
    await classic.cognito.createUserPoolDomain({ UserPoolId, Domain: 'classic-looks' })
    const CSS = `
      .background-customizable { background-color: #fdf3e7; position: fixed; inset: 0 }
      .banner-customizable { background-color: #7a1f3d; padding: 25px 0 25px 0 }
      .label-customizable { color: #7a1f3d; font-weight: 400; content: url(http://127.0.0.1:9/evil) }
      .submitButton-customizable { background-color: #7a1f3d; height: 48px; background-image: url("http://127.0.0.1:9/evil") }
      .submitButton-customizable:hover { background-color: #000 }
      .inputField-customizable { border: 2px solid #7a1f3d; width: 100% }
      .logo-customizable { max-width: 60% }`
    const logo = await readLogo()
    await classic.cognito.setUICustomization({ UserPoolId, CSS, ImageFile: logo })
    const page = await watch(classic.loginUrl(), 'dark', 'classic-login')
    assert.deepEqual(page.alarms, [])
    for (const url of page.requests) assert.ok(url.startsWith(classic.url), url)
    assert.equal(await page.color('button.primary', 'background-color'), 'rgb(122, 31, 61)')
    assert.equal(await page.color('button.primary', 'height'), '48px')
    assert.equal(await page.color('label', 'color'), 'rgb(122, 31, 61)')
    assert.equal(await page.color('.card', 'position'), 'static')
    assert.equal(await page.color('.card', 'background-color'), 'rgb(253, 243, 231)')
    await page.close()
  } finally {
    await classic.close()
  }
})

/** Words on nothing, as pixels. */
async function readLogo(): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 300, height: 90 } })
  await page.setContent('<b style="font:700 44px Georgia;color:#fdf3e7;margin:14px;display:block">Maple &amp; Co</b>')
  const pixels = await page.screenshot({ omitBackground: true })
  await page.close()
  return pixels
}
