import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, beforeEach, test } from 'node:test'
import type { InboxMessage } from '../../src/delivery/inbox.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.close())
beforeEach(() => server.ctx.inbox!.clear())

let made = 0
function add(more: Partial<InboxMessage> = {}): void {
  made++
  server.ctx.inbox!.add({
    id: `id${made}`,
    userPoolId: 'us-east-1_aaaaaaaaa',
    medium: 'EMAIL',
    to: 'ann@example.com',
    subject: 'Your verification code',
    body: 'Your verification code is 123456. ',
    code: '123456',
    createdAt: new Date().toISOString(),
    ...more,
  })
}

const get = (path: string, init?: RequestInit) => fetch(server.url + path, init)

/** As fetch, which does not let a caller choose the Host. */
function call(
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ port: server.port, host: '127.0.0.1', path, method, headers }, (answer) => {
      let body = ''
      answer.setEncoding('utf8').on('data', (chunk) => {
        body += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode!, body }))
    })
    sent.on('error', reject).end()
  })
}

test('messages are listed as JSON, newest last, of one address or pool where asked', async () => {
  add()
  add({ to: 'bob@example.com', userPoolId: 'us-east-1_bbbbbbbbb' })
  const all = await get('/_poolhouse/messages')
  assert.equal(all.headers.get('content-type'), 'application/json; charset=utf-8')
  assert.equal(all.headers.get('cache-control'), 'no-store')
  const messages = (await all.json()) as InboxMessage[]
  assert.deepEqual(
    messages.map(({ to }) => to),
    ['ann@example.com', 'bob@example.com'],
  )
  assert.deepEqual(Object.keys(messages[0]!), [
    'id',
    'userPoolId',
    'medium',
    'to',
    'subject',
    'body',
    'code',
    'createdAt',
  ])
  const lengthOf = async (query: string) => ((await (await get(`/_poolhouse/messages?${query}`)).json()) as []).length
  assert.equal(await lengthOf('to=bob%40example.com'), 1)
  assert.equal(await lengthOf('userPoolId=us-east-1_aaaaaaaaa'), 1)
  assert.equal(await lengthOf('to=bob%40example.com&userPoolId=us-east-1_aaaaaaaaa'), 0)
})

test('the inbox is emptied by DELETE', async () => {
  add()
  assert.equal((await get('/_poolhouse/messages', { method: 'DELETE' })).status, 204)
  assert.deepEqual(await (await get('/_poolhouse/messages')).json(), [])
})

test('the page shows messages as text, whatever they contain', async () => {
  const evil = '<script>alert(1)</script>'
  add({ to: `"${evil}"@example.com`, subject: evil, body: `<img src=x onerror=alert(1)>${evil}`, code: evil })
  add({
    body: 'Go <a href="https://auth.example.com/confirmUser?a=1&amp;b=2">there</a> or <a href="javascript:x">here</a>',
  })
  const page = await get('/_poolhouse/')
  const html = await page.text()
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8')
  assert.doesNotMatch(html.replace('<script src="/_poolhouse/inbox.js" defer>', ''), /<script|<img|href="javascript/)
  assert.match(html, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/)
  assert.match(html, /<a href="https:\/\/auth\.example\.com\/confirmUser\?a=1&amp;b=2"/)
  const policy = page.headers.get('content-security-policy')!
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /frame-ancestors 'none'/)
  assert.doesNotMatch(policy, /unsafe|\*/)
})

test('an empty inbox says so, and the page’s style is there', async () => {
  assert.match(await (await get('/_poolhouse/')).text(), /Nothing yet/)
  assert.equal((await get('/_poolhouse', { redirect: 'manual' })).headers.get('location'), '/_poolhouse/')
  const style = await get('/_poolhouse/dev.css')
  assert.equal(style.headers.get('content-type'), 'text/css; charset=utf-8')
})

test('another website can neither read nor empty the inbox', async () => {
  add()
  const own = `localhost:${server.port}`
  const refused: [Record<string, string>, string?][] = [
    [{ host: 'evil.example' }],
    [{ host: 'localhost.evil.example' }],
    [{ host: own, origin: 'https://evil.example' }],
    [{ host: own, origin: 'null' }],
    [{ host: own, origin: 'https://evil.example' }, 'DELETE'],
    [{ host: own, origin: 'https://evil.example' }, 'OPTIONS'],
    [{ host: own, 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'script' }],
  ]
  for (const [headers, method] of refused) {
    const { status, body } = await call('/_poolhouse/messages', headers, method)
    assert.equal(status, 403, JSON.stringify(headers))
    assert.ok(!body.includes('123456'))
  }
  assert.equal(server.ctx.inbox!.list().length, 1)
  assert.equal((await call('/_poolhouse/messages', { host: own, origin: 'http://localhost:5173' })).status, 200)
})

test('no answer lets another origin read it', async () => {
  const answer = await get('/_poolhouse/messages', { headers: { origin: 'http://localhost:5173' } })
  assert.equal(answer.headers.get('access-control-allow-origin'), null)
  assert.equal(answer.headers.get('cross-origin-resource-policy'), 'same-origin')
  assert.equal((await get('/_poolhouse/messages', { method: 'OPTIONS' })).status, 405)
})

test('unknown paths are not found', async () => {
  assert.equal((await get('/_poolhouse/secrets')).status, 404)
  assert.equal((await get('/_poolhouse/constructor')).status, 404)
})

test('a production server has no inbox', async () => {
  const production = await startTestServer({ mode: 'serve' })
  try {
    assert.equal(production.ctx.inbox, undefined)
    for (const path of ['/_poolhouse/', '/_poolhouse/messages', '/nothing-at-all']) {
      assert.notEqual((await fetch(production.url + path)).status, 200)
    }
    const [inbox, nothing] = await Promise.all(
      ['/_poolhouse/messages', '/nothing-at-all'].map(async (path) => {
        const answer = await fetch(production.url + path)
        return [answer.status, await answer.text()]
      }),
    )
    assert.deepEqual(inbox, nothing)
  } finally {
    await production.close()
  }
})
