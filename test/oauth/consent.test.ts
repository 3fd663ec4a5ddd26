import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type HostedScene, password, startScene } from '../hosted/scene.ts'
import { type Seen, Visitor } from '../hosted/visitor.ts'
import { askToken, claimsOf } from './setup.ts'

/** Anybody may register an app, with an address of theirs; its users are asked before it gets anything. */
let scene: HostedScene
let base: string
const ann = 'ann@example.com'
const bob = 'bob@example.com'
const own = 'aws.cognito.signin.user.admin'

before(async () => {
  scene = await startScene()
  base = `${scene.url}/${scene.poolId}`
  await scene.cognito.updateUserPool({
    UserPoolId: scene.poolId,
    AutoVerifiedAttributes: ['email'],
    DcrConfiguration: { OpenDcrEnabled: true, AllowedScopes: [own] },
  })
  for (const user of [ann, bob]) await scene.addUser(user)
})
after(() => scene?.close())

async function register(client_name = 'A useful agent'): Promise<string> {
  const metadata = { client_name, redirect_uris: [scene.callback], token_endpoint_auth_method: 'none' }
  const response = await fetch(`${base}/oauth2/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  })
  assert.equal(response.status, 201)
  return ((await response.json()) as { client_id: string }).client_id
}

const url = (client_id: string, more: Record<string, string> = {}) =>
  scene.loginUrl({ client_id, scope: 'openid email', ...more }, 'oauth2/authorize')

/** Signed in with an app of the pool's own, as single sign-on has it. */
async function signedIn(username = ann): Promise<Visitor> {
  const visitor = new Visitor()
  await signIn(visitor, url(scene.clientId), username)
  return visitor
}

const signIn = async (visitor: Visitor, at: string, username: string): Promise<Seen> =>
  visitor.submitAndFollow(await visitor.open(at), { username, password }, { path: '/login' })

const isAtApp = ({ location }: Seen) => location?.startsWith(scene.callback) === true
const answerOf = ({ location }: Seen) => new URL(location!).searchParams
const isAsked = (seen: Seen) => seen.status === 200 && new URL(seen.url).pathname.endsWith('/consent')
const allow = (visitor: Visitor, page: Seen) => visitor.submit(page, { answer: 'allow' }, { path: '/consent' })

test('single sign-on gives an app that registered itself nothing without the page', async () => {
  const client = await register()
  const visitor = await signedIn()
  const page = await visitor.open(url(client, { scope: `openid email ${own}` }))
  assert.ok(isAsked(page), page.body)
  assert.match(page.body, /Allow A useful agent to access your account\?/)
  assert.ok(page.body.includes(new URL(scene.callback).host), page.body)
  for (const text of [ann, 'Know who you are', 'See your email address', 'Change your account'])
    assert.ok(page.body.includes(text), text)
  assert.doesNotMatch(page.body, /phone/)

  const done = await allow(visitor, page)
  assert.equal(done.status, 303)
  assert.ok(isAtApp(done), done.body)
  const tokens = await askToken(base, {
    grant_type: 'authorization_code',
    code: answerOf(done).get('code')!,
    redirect_uri: scene.callback,
    client_id: client,
  })
  assert.equal(claimsOf(tokens.body.access_token).scope, `openid email ${own}`)
})

test('a person is asked once by an app, each person by each app, and again for more', async () => {
  const [client, other] = [await register(), await register()]
  const visitor = await signedIn()
  assert.ok(isAtApp(await allow(visitor, await visitor.open(url(client)))))
  assert.ok(isAtApp(await visitor.open(url(client))), 'not again')
  assert.ok(isAtApp(await visitor.open(url(client, { scope: 'openid' }))), 'nor for less')
  assert.ok(isAtApp(await visitor.open(url(client, { prompt: 'none' }))))
  assert.ok(isAsked(await visitor.open(url(other))), 'another app')
  assert.ok(isAsked(await visitor.open(url(client, { scope: 'openid phone' }))), 'more')
  assert.ok(isAsked(await (await signedIn(bob)).open(url(client))), 'another person')
  assert.ok(isAtApp(await (await signedIn(ann)).open(url(client))), 'with any browser')
})

test('consent is asked for after the sign-in, and a request with prompt=none is refused', async () => {
  const client = await register()
  const visitor = new Visitor()
  const page = await signIn(visitor, url(client, { prompt: 'login', max_age: '0' }), ann)
  assert.ok(isAsked(page), page.body)
  assert.ok(isAtApp(await allow(visitor, page)), 'what was proven before counts')

  const another = await register()
  const silent = await visitor.open(url(another, { prompt: 'none' }))
  assert.equal(answerOf(silent).get('error'), 'consent_required')
  assert.equal(answerOf(silent).get('state'), 'a-state')
  assert.ok(isAsked(await visitor.open(url(another, { prompt: 'consent' }))))
})

test('a refusal goes to the app, gives nothing, and is not remembered', async () => {
  const client = await register()
  const visitor = await signedIn()
  const page = await visitor.open(url(client))
  const refused = await visitor.submit(page, { answer: 'deny' }, { path: '/consent' })
  assert.deepEqual([answerOf(refused).get('error'), answerOf(refused).get('code')], ['access_denied', null])
  assert.equal((await allow(visitor, page)).status, 400, 'it is over')
  assert.ok(isAsked(await visitor.open(url(client))))
})

test('nobody else can allow it: no forged form, no other browser, no other session', async () => {
  const client = await register()
  const visitor = await signedIn()
  const page = await visitor.open(url(client))
  const { action, hidden } = page.forms[0]!
  const answer = { ...hidden, answer: 'allow' }
  assert.equal((await visitor.post(action, { ...answer, _csrf: '' })).status, 403)
  assert.equal((await visitor.post(action, answer, { 'Sec-Fetch-Site': 'cross-site' })).status, 403)
  assert.equal((await (await signedIn()).post(action, answer)).status, 403)
  // The browser has become somebody else's meanwhile.
  await signIn(visitor, url(scene.clientId, { prompt: 'login', state: 'other' }), bob)
  assert.ok(!isAtApp(await visitor.post(action, answer)))
  assert.ok(isAsked(await visitor.open(url(client))), 'bob was not asked')
  assert.ok(isAsked(await (await signedIn()).open(url(client))), 'nor has ann allowed it')
  // The way back of older pages is no way around it.
  const waiting = [...visitor.cookies].find(([name]) => name.includes('-request-'))![1]
  assert.ok(!isAtApp(await visitor.open(`${base}/oauth2/authorize/${waiting}`)))
})

test('the login page of such a request does not skip the consent question', async () => {
  const client = await register()
  const visitor = await signedIn()
  const page = await visitor.open(url(client))
  const login = await visitor.get(page.url.replace('/consent?', '/login?'))
  const again = await visitor.submitAndFollow(login, { username: ann, password }, { path: '/login' })
  assert.ok(isAsked(again), again.body)
  const other = await signedIn()
  const begun = await other.open(url(client, { prompt: 'select_account' }))
  const same = await other.submitAndFollow(begun, { account: 'same' })
  assert.ok(isAsked(same), same.body)
})

test('an administrator who updates the client has approved of it', async () => {
  const client = await register()
  const visitor = await signedIn()
  assert.ok(isAsked(await visitor.open(url(client))))
  const key = { UserPoolId: scene.poolId, ClientId: client }
  const { UserPoolClient } = await scene.cognito.describeUserPoolClient(key)
  const { CreationDate: _, LastModifiedDate: __, ClientSecret: ___, ...settings } = UserPoolClient!
  await scene.cognito.updateUserPoolClient({ ...settings, ...key })
  assert.ok(isAtApp(await visitor.open(url(client))))
  assert.equal((await scene.cognito.describeUserPoolClient(key)).UserPoolClient!.ClientType, 'DCR')
})

test('the page speaks the language of the browser, and escapes the name', async () => {
  const client = await register('<b>Agent</b>')
  const visitor = await signedIn()
  const page = await visitor.open(url(client, { lang: 'de' }))
  assert.match(page.body, /<html lang="de">/)
  assert.match(page.body, /Erlauben/)
  assert.doesNotMatch(page.body, /<b>/)
})
