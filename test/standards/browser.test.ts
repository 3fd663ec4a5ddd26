import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { bringAxe, violations } from '../hosted/tour.ts'
import { claimsOf } from '../oauth/setup.ts'
import { launchChromium } from '../support/chromium.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

/** Real pages in a real browser, whose own rules (CSP, SameSite) the tests over HTTP don't have. */
let scene: Scene
let browser: Browser
let context: BrowserContext
let app: Server
let appUrl: string
let client: { id: string; secret: string }
let posted: URLSearchParams | undefined

const library = new URL('../browser/oidc-client-ts.min.js', import.meta.resolve('oidc-client-ts'))
const page = '<!doctype html><title>App</title><script src="/oidc-client-ts.js"></script><p id="at">the app</p>'

before(async () => {
  scene = await startScene({ Profile: 'standard', DeviceAuthorization: true, BackchannelAuthentication: true })
  browser = await launchChromium()
  app = createServer(async (request, response) => {
    if (request.url === '/oidc-client-ts.js') {
      response.setHeader('content-type', 'text/javascript').end(await readFile(library))
      return
    }
    let text = ''
    for await (const chunk of request) text += chunk
    if (request.method === 'POST') posted = new URLSearchParams(text)
    response.setHeader('content-type', 'text/html').end(page)
  })
  await new Promise<void>((resolve) => app.listen(0, 'localhost', resolve))
  appUrl = `http://localhost:${(app.address() as AddressInfo).port}/`
  client = await scene.client({ CallbackURLs: [appUrl], LogoutURLs: [appUrl] })
})
after(async () => {
  await browser?.close()
  app?.closeAllConnections()
  app?.close()
  await scene?.server.close()
})

const request = (more: Record<string, string> = {}) =>
  authorizeUrl(scene, { client_id: client.id, redirect_uri: appUrl, response_type: 'code', scope: 'openid', ...more })

async function open(url: string): Promise<Page> {
  context = await browser.newContext({ reducedMotion: 'reduce' })
  await bringAxe(context)
  const tab = await context.newPage()
  await tab.goto(url)
  return tab
}

/** The page goes away under the call. */
const leaves = (call: Promise<unknown>) =>
  call.catch((error: Error) => assert.match(error.message, /Execution context was destroyed/))

async function fillIn(tab: Page): Promise<void> {
  await tab.locator('input[name=username]').fill(credentials.username)
  await tab.locator('input[name=password]').fill(credentials.password)
  await tab.locator('input[name=password]').press('Enter')
}

test('oidc-client-ts signs in with tokens bound to a key, renews them, and signs out by OpenID Connect', async () => {
  const tab = await open(appUrl)
  const settings = {
    authority: scene.base,
    client_id: client.id,
    redirect_uri: appUrl,
    post_logout_redirect_uri: appUrl,
  }
  const inApp = (step: string) =>
    tab.evaluate(
      ([options, what]) => {
        const { oidc } = globalThis as never as { oidc: Record<string, new (options?: object) => never> }
        const manager = new oidc.UserManager!({
          ...JSON.parse(options!),
          scope: 'openid email',
          dpop: { bind_authorization_code: true, store: new oidc.IndexedDbDPoPStore!() },
        }) as Record<string, () => Promise<unknown>>
        return manager[what!]!()
      },
      [JSON.stringify(settings), step],
    )
  await leaves(inApp('signinRedirect'))
  await tab.waitForURL(/\/login\?/)
  await fillIn(tab)
  await tab.waitForURL(/\?code=/)
  const user = (await inApp('signinRedirectCallback')) as { access_token: string; token_type: string }
  assert.equal(user.token_type, 'DPoP')
  const { cnf } = claimsOf(user.access_token)
  assert.ok(cnf)
  const renewed = (await inApp('signinSilent')) as { access_token: string }
  assert.deepEqual(claimsOf(renewed.access_token).cnf, cnf)
  assert.notEqual(renewed.access_token, user.access_token)
  await leaves(inApp('signoutRedirect'))
  await tab.waitForURL(appUrl)
  await tab.goto(request())
  await tab.locator('input[name=password]').waitFor()
})

test('an answer is posted to the app, after the login page as well', async () => {
  const tab = await open(
    request({ response_mode: 'form_post', response_type: 'code id_token', nonce: 'n', state: 's' }),
  )
  await fillIn(tab)
  await tab.waitForURL(appUrl)
  assert.deepEqual([...posted!.keys()], ['code', 'id_token', 'state', 'iss'])
  assert.equal(claimsOf(posted!.get('id_token')!).sub, scene.sub)
})

test('a user who follows a link to sign out is asked, and gets to the app', async () => {
  const tab = await open(request())
  await fillIn(tab)
  await tab.waitForURL(/\?code=/)
  await tab.goto(
    `${scene.base}/logout?${new URLSearchParams({ client_id: client.id, post_logout_redirect_uri: appUrl })}`,
  )
  await tab.getByRole('button', { name: 'Sign out' }).click()
  await tab.waitForURL(appUrl)
  await tab.goto(request())
  await tab.locator('input[name=password]').waitFor()
})

test('a request of an app is allowed by the link in the mail, by the user who signs in there', async () => {
  const teller = await scene.client(
    { GenerateSecret: true, ClientName: 'Bank' },
    { BackchannelTokenDeliveryMode: 'poll' },
  )
  const proof = { client_id: teller.id, client_secret: teller.secret }
  const asked = { ...proof, scope: 'openid email', login_hint: 'ann', binding_message: 'Pay 12 € to Ida' }
  const body = new URLSearchParams(asked)
  const begun = await fetch(`${scene.base}/oauth2/bc-authorize`, { method: 'POST', body })
  const { auth_req_id } = (await begun.json()) as { auth_req_id: string }
  const mail = await scene.server.message({ to: 'ann@example.com', subject: 'Bank asks for your approval' })
  const link = /href="([^"]*)"/.exec(mail.body)?.[1] ?? /\((http[^)]*)\)/.exec(mail.body)![1]!
  const tab = await open(link.replaceAll('&amp;', '&'))
  await fillIn(tab)
  await tab.getByText('Pay 12 € to Ida').waitFor()
  for (const colorScheme of ['light', 'dark'] as const) {
    await tab.emulateMedia({ colorScheme })
    assert.deepEqual(await violations(tab), [])
  }
  await tab.getByRole('button', { name: 'Allow', exact: true }).click()
  await tab.getByText('You’ve allowed the request').waitFor()
  const form = new URLSearchParams({ ...proof, grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id })
  const tokens = await fetch(`${scene.base}/oauth2/token`, { method: 'POST', body: form })
  assert.equal(claimsOf(((await tokens.json()) as { id_token: string }).id_token).sub, scene.sub)
  await context.close()
})

test('a device is allowed on the pages, by the user who signs in there', async () => {
  const body = new URLSearchParams({ client_id: client.id, scope: 'openid' })
  const begun = await fetch(`${scene.base}/oauth2/device_authorization`, { method: 'POST', body })
  const { device_code, user_code, verification_uri } = (await begun.json()) as Record<string, string>
  const tab = await open(verification_uri!)
  await tab.getByLabel('Code').fill(user_code!.toLowerCase())
  await tab.getByRole('button', { name: 'Continue' }).click()
  await fillIn(tab)
  await tab.getByText(user_code!).first().waitFor()
  await tab.getByRole('button', { name: 'Allow', exact: true }).click()
  await tab.getByText('Your device is connected').waitFor()
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: device_code!,
    client_id: client.id,
  }
  const answer = await fetch(`${scene.base}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) })
  assert.equal(answer.status, 200)
})
