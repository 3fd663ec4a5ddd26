import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

/** With headers that fetch forbids, such as Host. */
function send(method: string, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: server.port, method, path, headers }, async (response) => {
      let body = ''
      for await (const part of response) body += part
      resolve({ status: response.statusCode!, headers: response.headers, body })
    })
    asked.on('error', reject).end()
  })
}

test('a development server has a home page that leads everywhere', async () => {
  const { status, body } = await send('GET', '/', browser)
  assert.equal(status, 200)
  for (const path of ['/console/', '/_poolhouse/', '/_poolhouse/demo/', '/_poolhouse/branding'])
    assert.ok(body.includes(`href="${path}"`), path)
})

test('the address of a pool leads to its page in the console', async () => {
  const { status, headers } = await send('GET', '/us-east-1_Abc123', browser)
  assert.equal(status, 302)
  assert.equal(headers.location, '/console/pools/us-east-1_Abc123')
})

test('programs get at / and at unknown paths what they always got', async () => {
  const root = await send('GET', '/')
  assert.equal(root.status, 404)
  assert.match(root.body, /The server did not understand the operation/)
  assert.equal((await send('GET', '/nothing', { accept: '*/*' })).body, 'Not Found')
})

test('an unknown path is a page for browsers, and JSON for those who ask for it', async () => {
  const page = await send('GET', '/nothing/here', { ...browser, 'accept-language': 'de' })
  assert.equal(page.status, 404)
  assert.match(page.body, /Seite nicht gefunden/)
  const json = await send('GET', '/nothing/here', { accept: 'application/json' })
  assert.equal(json.status, 404)
  assert.deepEqual(JSON.parse(json.body), { message: 'Not found.' })
})

test('the page of the console lets no script in but its own files, which may be cached for ever', async () => {
  const page = await send('GET', '/console/pools', browser)
  const policy = String(page.headers['content-security-policy'])
  assert.match(policy, /default-src 'none'/)
  assert.doesNotMatch(policy, /unsafe|\*|https?:/)
  assert.equal(page.headers['x-frame-options'], 'DENY')
  const [script] = /\/console\/assets\/main-\w+\.js/.exec(page.body)!
  const file = await send('GET', script)
  assert.equal(file.status, 200)
  assert.match(String(file.headers['cache-control']), /immutable/)
  for (const path of ['/console/assets/main.js', '/console/assets/../settings.ts', '/console/assets/%2e%2e%2fbuild.ts'])
    assert.equal((await send('GET', path)).status, 404, path)
})

const session = (headers: Record<string, string>) => send('POST', '/console/session', headers)

test('the console signs in by itself for its own page on this machine alone', async () => {
  const host = `localhost:${server.port}`
  const own = await session({ host, origin: `http://${host}` })
  assert.equal(own.status, 200)
  assert.equal(own.headers['access-control-allow-origin'], undefined)
  assert.equal(own.headers['cache-control'], 'no-store')

  const refused: Record<string, string>[] = [
    { host },
    { host, origin: 'http://evil.example' },
    { host, origin: 'null' },
    // A port of another program on this machine.
    { host, origin: 'http://localhost:1' },
    // A name that was pointed at this machine.
    { host: `evil.example:${server.port}`, origin: `http://evil.example:${server.port}` },
    { host: `localhost.evil.example:${server.port}`, origin: `http://localhost.evil.example:${server.port}` },
  ]
  for (const headers of refused) {
    const { status, body } = await session(headers)
    assert.equal(status, 403, JSON.stringify(headers))
    assert.doesNotMatch(body, /secret/i)
  }
  assert.equal((await send('GET', '/console/session', { host, origin: `http://${host}` })).status, 405)
})

test('a key pair of one’s own is handed to nobody', async () => {
  const credentials = [{ accessKeyId: 'mine', secretAccessKey: 'my-own-secret-of-development' }]
  const own = await startTestServer({ credentials })
  try {
    const answer = await fetch(`${own.url}/console/session`, { method: 'POST', headers: { origin: own.url } })
    assert.equal(answer.status, 403)
    assert.doesNotMatch(await answer.text(), /my-own/)
    const home = await (await fetch(`${own.url}/`, { headers: browser })).text()
    assert.match(home, /mine/)
    assert.doesNotMatch(home, /my-own/)
  } finally {
    await own.close()
  }
})

test('a proxy’s word for an address opens nothing', async () => {
  const trusting = await startTestServer({ trustProxy: 1 })
  try {
    const answer = await fetch(`${trusting.url}/console/session`, {
      method: 'POST',
      headers: { origin: 'http://evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-for': '127.0.0.1' },
    })
    assert.equal(answer.status, 403)
  } finally {
    await trusting.close()
  }
})

test('the host of a pool shows no console', async () => {
  const answer = await send('GET', '/console/', { ...browser, host: `shop.auth.localhost:${server.port}` })
  assert.equal(answer.status, 404)
})

test('production signs nobody in by itself, and has no console where it is switched off', async () => {
  const production = await startTestServer({ mode: 'serve' })
  const without = await startTestServer({ mode: 'serve', console: false })
  try {
    const origin = production.url
    const answer = await fetch(`${origin}/console/session`, { method: 'POST', headers: { origin } })
    assert.equal(answer.status, 404)
    const home = await fetch(`${origin}/`, { headers: browser, redirect: 'manual' })
    assert.equal(home.headers.get('location'), '/console/')
    for (const path of ['/', '/console/', '/us-east-1_Abc123']) {
      const page = await fetch(without.url + path, { headers: browser })
      assert.equal(page.status, 404, path)
      assert.match(await page.text(), /Page not found/)
    }
  } finally {
    await production.close()
    await without.close()
  }
})
