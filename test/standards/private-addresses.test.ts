import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { ClientExtensions } from '../../src/admin/index.ts'
import { createBrowser } from '../oauth/browser.ts'
import { sendForm } from '../oauth/login-form.ts'
import { callback } from '../oauth/setup.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

/** A server as in production: what apps have it call must not reach its own network. */
let scene: Scene
let inside: Server
let reached: string[]

before(async () => {
  reached = []
  inside = createServer((request, response) => {
    reached.push(request.url!)
    response.end()
  })
  await new Promise<void>((resolve) => inside.listen(0, 'localhost', resolve))
  const { port } = inside.address() as AddressInfo
  scene = await startScene(
    { Profile: 'standard', BackchannelAuthentication: true, RequestObjects: true, RequestsByReference: true },
    {},
    {
      allowPrivateAddresses: false,
      // The names resolve to addresses of the own machine, as a name of an attacker could.
      identityProviderHosts: {
        'app.example.com': `http://localhost:${port}`,
        '127.0.0.1': `http://127.0.0.1:${port}`,
        '[::1]': `http://[::1]:${port}`,
      },
    },
  )
})
after(async () => {
  await scene.server.close()
  inside.close()
})

const hosts = ['app.example.com', '127.0.0.1', '[::1]']

/** Waits until every notice has been tried, without success. */
async function failed(count: number): Promise<void> {
  const tried = () => scene.server.ctx.db.selectFrom('notices').select('id').where('attempts', '>', 0).execute()
  for (let waited = 0; (await tried()).length < count; waited += 20) {
    assert.ok(waited < 8000, 'a notice was never tried')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await scene.server.ctx.db.deleteFrom('notices').execute()
}

test('addresses that are not public https are refused before anything is sent there', async () => {
  const { id: ClientId } = await scene.client({ GenerateSecret: true })
  const put = (Standards: ClientExtensions['Standards']) =>
    scene.admin.putClientExtensions({ UserPoolId: scene.poolId, ClientId, Extensions: { Standards } })
  for (const uri of [
    'http://app.example.com/x',
    'https://app.example.com:8443/x',
    'https://user@app.example.com/x',
    'ftp://app.example.com/x',
    'file:///etc/passwd',
    'app.example.com',
  ]) {
    const documents: ClientExtensions['Standards'][] = [
      { BackChannelLogoutUri: uri },
      { FrontChannelLogoutUri: uri },
      { BackchannelTokenDeliveryMode: 'ping', BackchannelClientNotificationEndpoint: uri },
      { JwksUri: uri },
      { RequestUris: [uri] },
      { RequestUris: ['https://app.example.com/fine', `${uri}#version`] },
    ]
    for (const document of documents)
      await assert.rejects(put(document), { name: 'InvalidParameterException' }, JSON.stringify(document))
  }
})

test('logout tokens never reach a private address', async () => {
  for (const host of hosts) {
    const app = await scene.client({}, { BackChannelLogoutUri: `https://${host}/logout` })
    await scene.server.cognito.initiateAuth({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: app.id,
      AuthParameters: { USERNAME: credentials.username, PASSWORD: credentials.password },
    })
  }
  await scene.server.cognito.adminUserGlobalSignOut({ UserPoolId: scene.poolId, Username: credentials.username })
  await failed(hosts.length)
  assert.deepEqual(reached, [])
})

test('pings of backchannel authentication never reach a private address', async () => {
  const browser = createBrowser()
  for (const host of hosts) {
    const app = await scene.client(
      { GenerateSecret: true },
      { BackchannelTokenDeliveryMode: 'ping', BackchannelClientNotificationEndpoint: `https://${host}/ping` },
    )
    const body = new URLSearchParams({
      client_id: app.id,
      client_secret: app.secret,
      scope: 'openid',
      login_hint: 'ann',
      client_notification_token: 'a-token',
    })
    const begun = await fetch(`${scene.base}/oauth2/bc-authorize`, { method: 'POST', body })
    assert.equal(begun.status, 200)
    const page = await approvalPage(browser, await newestLink())
    assert.equal((await sendForm(browser, page, { answer: 'allow' })).status, 200)
    await failed(1)
  }
  assert.deepEqual(reached, [])
})

let mails = 0

async function newestLink(): Promise<URL> {
  const inbox = () => scene.server.ctx.inbox!.list({ to: 'ann@example.com' })
  for (let waited = 0; inbox().length <= mails; waited += 20) {
    assert.ok(waited < 8000, 'no mail came')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  mails = inbox().length
  return new URL(/href="([^"]*)"/.exec(inbox().at(-1)!.body)![1]!.replaceAll('&amp;', '&'))
}

async function approvalPage(browser: ReturnType<typeof createBrowser>, link: URL): Promise<URL> {
  const first = await browser.get(link.href)
  if (first.status !== 303) return link
  const at = new URL(first.headers.get('location')!, link).href
  const login = await browser.follow(at, ({ pathname }) => pathname.endsWith('/login'))
  const done = await sendForm(browser, login, credentials)
  const next = new URL(done.headers.get('location')!, login).href
  return browser.follow(
    next,
    ({ pathname, searchParams }) => pathname.endsWith('/approve') && !searchParams.has('code'),
  )
}

test('a request_uri never reaches a private address', async () => {
  for (const host of hosts) {
    const request_uri = `https://${host}/request`
    const { id } = await scene.client({}, { RequestUris: [request_uri], JwksUri: `https://${host}/jwks` })
    const url = authorizeUrl(scene, { client_id: id, redirect_uri: callback, response_type: 'code', request_uri })
    const refused = await fetch(url, { redirect: 'manual' })
    assert.match(refused.headers.get('location')!, /error=invalid_request_uri/)
  }
  assert.deepEqual(reached, [])
})
