import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type HostedScene, password, startScene } from './scene.ts'
import { type Seen, Visitor } from './visitor.ts'

let scene: HostedScene

before(async () => {
  scene = await startScene()
  await scene.addUser('ann@example.com')
})
after(() => scene?.close())

const right = { username: 'ann@example.com', password }

async function atLogin(): Promise<{ visitor: Visitor; page: Seen }> {
  const visitor = new Visitor()
  return { visitor, page: await visitor.open(scene.loginUrl()) }
}

function assertRefused(answer: Seen): void {
  assert.equal(answer.status, 403)
  assert.equal(answer.location, undefined)
  assert.match(answer.body, /form has expired/)
}

test('a form is answered with 303, on the way to the app', async () => {
  const { visitor, page } = await atLogin()
  const answer = await visitor.submit(page, right)
  assert.equal(answer.status, 303)
  assert.ok(answer.location!.startsWith(`${scene.callback}?code=`))
})

test('a form without its token is refused', async () => {
  const { visitor, page } = await atLogin()
  assertRefused(await visitor.submit(page, { ...right, _csrf: '' }))
  assertRefused(await visitor.submit(page, { ...right, _csrf: 'x'.repeat(43) }))
  assertRefused(await visitor.submit(page, { ...right, _csrf: `${page.forms[0]!.hidden._csrf!.slice(0, -2)}AA` }))
})

test('a token is worth nothing in another browser, even in one that is at a sign-in too', async () => {
  const attacker = await atLogin()
  const { action, hidden } = attacker.page.forms[0]!
  assertRefused(await new Visitor().post(action, { ...hidden, ...right }))
  const victim = await atLogin()
  assertRefused(await victim.visitor.post(action, { ...hidden, ...right }))
  const uid = victim.page.forms[0]!.hidden.uid!
  assertRefused(await victim.visitor.post(action, { ...hidden, uid, ...right }))
})

test('a sign-in that another browser began is not gone on with', async () => {
  const attacker = await atLogin()
  const victim = await atLogin()
  // The victim's browser is made to hold the attacker's form cookie, but not the attacker's request.
  for (const [name, value] of attacker.visitor.cookies)
    if (name.endsWith('-form')) victim.visitor.cookies.set(name, value)
  const { action, hidden } = attacker.page.forms[0]!
  const answer = await victim.visitor.post(action, { ...hidden, ...right })
  assert.equal(answer.status, 400)
  assert.match(answer.body, /start again/i)
})

test('the token of one form does not serve another', async () => {
  const { visitor, page } = await atLogin()
  const signUp = await visitor.open(scene.loginUrl({}, 'signup'))
  const { _csrf } = page.forms[0]!.hidden
  assert.equal(signUp.forms[0]!.hidden.uid, page.forms[0]!.hidden.uid)
  assertRefused(await visitor.submit(signUp, { _csrf: _csrf!, username: 'a@example.com' }))
})

test('a form sent from another site is refused, even with valid values', async () => {
  for (const site of ['cross-site', 'same-site']) {
    const { visitor, page } = await atLogin()
    assertRefused(await visitor.submit(page, right, { headers: { 'Sec-Fetch-Site': site } }))
    const answer = await visitor.submit(page, right, { headers: { 'Sec-Fetch-Site': 'same-origin' } })
    assert.equal(answer.status, 303)
  }
})

test('cookies are for this server alone, out of reach of scripts and other sites', async () => {
  const first = await fetch(scene.loginUrl(), { redirect: 'manual' })
  const visitor = new Visitor()
  const page = await visitor.open(scene.loginUrl())
  const answer = await visitor.submit(page, { username: 'ann@example.com', password: 'Wrong-password-1' })
  const lines = [first, page, answer].flatMap(({ headers }) => headers.getSetCookie())
  assert.ok(lines.length >= 2, lines.join('\n'))
  for (const line of lines) {
    assert.match(line, /; httponly/i)
    assert.match(line, /; samesite=lax/i)
    assert.match(line, new RegExp(`; path=/${scene.poolId}/`, 'i'))
    assert.doesNotMatch(line, /ann|Wrong|Incorrect/)
  }
})

test('behind TLS every cookie is Secure, with a prefix in its name', async () => {
  const behind = await startScene({}, {}, { trustProxy: 1, publicUrl: 'https://id.example.com' })
  try {
    const headers = { 'X-Forwarded-Proto': 'https' }
    const visitor = new Visitor()
    const { location } = await visitor.get(behind.loginUrl(), headers)
    const page = await visitor.get((await visitor.get(location!, headers)).location!, headers)
    const lines = page.headers.getSetCookie()
    assert.ok(lines.length > 0)
    for (const line of lines) assert.match(line, /^__Secure-.*; secure/i)
  } finally {
    await behind.close()
  }
})

test('what a form may be has limits', async () => {
  const { visitor, page } = await atLogin()
  const huge = await visitor.submit(page, { ...right, more: 'x'.repeat(70_000) })
  assert.equal(huge.status, 413)
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`f${index}`, '']))
  assert.equal((await visitor.submit(page, many)).status, 413)
  const json = await fetch(page.forms[0]!.action, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  })
  assert.equal(json.status, 415)
  const put = await fetch(scene.loginUrl(), { method: 'PUT' })
  assert.equal(put.status, 405)
  assert.equal(put.headers.get('allow'), 'GET, HEAD, POST')
})

test('values that no cookie could hold are left out, and the error still shows', async () => {
  const { visitor } = await atLogin()
  const page = await visitor.open(scene.loginUrl({}, 'signup'))
  const email = `${'a'.repeat(4000)}@example.com`
  const seen = await visitor.submitAndFollow(page, { username: email, password, repeated: password })
  assert.match(seen.body, /id="field-username-error"/)
  for (const value of visitor.cookies.values()) assert.ok(value.length < 4000)
})

test('a browser without cookies sees an error instead of a redirect loop', async () => {
  let url = scene.loginUrl()
  for (let hops = 0; hops < 5; hops++) {
    const seen = await new Visitor().get(url)
    if (!seen.location) {
      assert.equal(seen.status, 400)
      assert.match(seen.body, /cookies/)
      return
    }
    url = seen.location
  }
  assert.fail('it went on')
})

test('a page opened without a sign-in explains where to begin', async () => {
  const seen = await new Visitor().get(`${scene.url}/${scene.poolId}/login`)
  assert.equal(seen.status, 400)
  assert.match(seen.body, /start signing in from your app/)
})

test('a sign-in that has expired begins again from the page', async () => {
  const { visitor, page } = await atLogin()
  scene.clock.advance({ hours: 2 })
  const late = await visitor.submit(page, right)
  assert.equal(late.status, 400)
  const link = /<a href="([^"]+)">Start again/.exec(late.body)![1]!.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=')
  const again = await visitor.open(new URL(link, late.url).href)
  assert.equal(again.status, 200)
  assert.equal((await visitor.submit(again, right)).status, 303)
})
