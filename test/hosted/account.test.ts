import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { adminOf } from '../administration/scene.ts'
import { type HostedScene, password, startScene } from './scene.ts'
import { type Seen, Visitor } from './visitor.ts'

let scene: HostedScene
let base: string

before(async () => {
  scene = await startScene({
    Schema: [
      { Name: 'nickname', Mutable: true },
      { Name: 'staff', AttributeDataType: 'String', Mutable: true },
    ],
    AutoVerifiedAttributes: ['email'],
  })
  base = `${scene.url}/${scene.poolId}`
})
after(() => scene?.close())

let made = 0
const newUser = async (): Promise<string> => {
  const email = `user${made++}@example.com`
  await scene.addUser(email)
  return email
}

/** Opens a page of the account as somebody would: by its address, with the sign-in that comes in between. */
async function signedIn(
  username: string,
  page = '',
  visitor = new Visitor(),
): Promise<{ visitor: Visitor; page: Seen }> {
  const login = await visitor.open(`${base}/account${page}?client_id=${scene.clientId}`)
  const account = await visitor.submitAndFollow(login, { username, password })
  assert.equal(account.status, 200, account.body)
  assert.equal(account.url, `${base}/account${page}`)
  return { visitor, page: account }
}

const attributesOf = async (Username: string): Promise<Record<string, string>> => {
  const { UserAttributes = [] } = await scene.cognito.adminGetUser({ UserPoolId: scene.poolId, Username })
  return Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]))
}

test('the address alone is enough: it leads to the sign-in and back, and leaves no code behind', async () => {
  const email = await newUser()
  const visitor = new Visitor()
  const login = await visitor.open(`${base}/account`)
  assert.match(login.body, /<h1>Sign in<\/h1>/)
  const answer = await visitor.submit(login, { username: email, password })
  const back = new URL(answer.location!)
  assert.equal(back.pathname, `/${scene.poolId}/account`)
  const code = back.searchParams.get('code')!
  const arrived = await visitor.get(back.href)
  assert.equal(arrived.location, `${base}/account`)
  const account = await visitor.open(arrived.location!)
  assert.match(account.body, new RegExp(`signed in as ${email}`))

  // Nobody has the code's verifier, and the page has used it up.
  const form = { grant_type: 'authorization_code', code, client_id: scene.clientId, redirect_uri: `${base}/account` }
  const refused = await fetch(`${base}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) })
  assert.equal(refused.status, 400)
  assert.deepEqual(await refused.json(), { error: 'invalid_grant' })
})

test('a profile is changed, and only the attributes that the app may write', async () => {
  const client_id = await scene.addClient({ WriteAttributes: ['email', 'nickname'] })
  const email = await newUser()
  const { visitor } = await signedIn(email)
  const page = await visitor.open(`${base}/account/profile?client_id=${client_id}`)
  assert.match(page.body, /name="nickname"/)
  assert.doesNotMatch(page.body, /name="custom:staff"|name="given_name"/)
  const saved = await visitor.submitAndFollow(page, {
    nickname: 'Annie',
    'custom:staff': 'yes',
    email: 'x@example.com',
  })
  assert.match(saved.body, /Your changes have been saved/)
  const { nickname, email: still, 'custom:staff': staff } = await attributesOf(email)
  assert.deepEqual({ nickname, still, staff }, { nickname: 'Annie', still: email, staff: undefined })
})

test('a new address is verified by the code that goes to it', async () => {
  const email = await newUser()
  const { visitor, page } = await signedIn(email, '/email')
  const asked = await visitor.submitAndFollow(page, { email: 'new-address@example.com' })
  assert.match(asked.body, /We sent a code to n\*\*\*@e\*\*\*/)
  const { code } = await scene.message({ to: 'new-address@example.com' })
  const wrong = await visitor.submit(asked, { code: code === '000000' ? '111111' : '000000' })
  assert.equal(wrong.status, 400)
  assert.match(wrong.body, /id="field-code-error"/)
  const done = await visitor.submitAndFollow(wrong, { code: code! })
  assert.match(done.body, /Your changes have been saved/)
  assert.equal((await attributesOf('new-address@example.com')).email_verified, 'true')
})

test('changing a password takes the current one, and wrong guesses are counted', async () => {
  const email = await newUser()
  const { visitor, page } = await signedIn(email, '/password')
  const change = { password: 'Another-horse-2', repeated: 'Another-horse-2' }
  const wrong = await visitor.submit(page, { current: 'Wrong-horse-1', ...change })
  assert.match(wrong.body, /This isn’t your current password/)
  assert.match((await visitor.submit(page, { current: password, ...change, password: 'short' })).body, /id="field-/)
  const done = await visitor.submitAndFollow(page, { current: password, ...change })
  assert.match(done.body, /Your password has been changed/)
  const again = await visitor.open(`${base}/account/password`)
  let last: Seen | undefined
  for (let guesses = 0; guesses < 10; guesses++)
    last = await visitor.submit(again, { current: `Wrong-${guesses}`, ...change })
  assert.match(last!.body, /Attempt limit exceeded|Password attempts exceeded/)
})

test('changing the ways to sign in takes a recent sign-in, for the form as well', async () => {
  const email = await newUser()
  const { visitor, page } = await signedIn(email, '/password')
  scene.clock.advance({ minutes: 11 })
  const change = { current: password, password: 'Another-horse-2', repeated: 'Another-horse-2' }
  for (const answer of [await visitor.submit(page, change), await visitor.get(`${base}/account/password`)]) {
    const { pathname, searchParams } = new URL(answer.location!)
    assert.equal(pathname, `/${scene.poolId}/oauth2/authorize`)
    assert.equal(searchParams.get('prompt'), 'login')
  }
  // The rest is there still.
  assert.equal((await visitor.get(`${base}/account`)).status, 200)
  for (const name of ['email', 'data', 'delete', 'verify-email']) {
    const answer = await visitor.get(`${base}/account/${name}`)
    assert.match(answer.location ?? '', /oauth2\/authorize/, name)
  }
  const login = await visitor.open(`${base}/account/password`)
  const back = await visitor.submitAndFollow(login, { username: email, password })
  assert.equal(back.url, `${base}/account/password`)
})

test('a form of another session, page, browser or site changes nothing', async () => {
  const [ann, ben] = [await newUser(), await newUser()]
  const first = await signedIn(ann, '/profile')
  const fields = first.page.forms.find(({ action }) => action.endsWith('/account/profile'))!
  const stolen = { ...fields.hidden, given_name: 'Mallory' }
  const profile = `${base}/account/profile`

  const other = await signedIn(ben)
  assert.equal((await other.visitor.post(profile, stolen)).status, 403)
  assert.equal((await first.visitor.post(profile, { ...stolen, _csrf: '' })).status, 403)
  const crossSite = { 'Sec-Fetch-Site': 'cross-site' }
  assert.equal((await first.visitor.post(profile, stolen, crossSite)).status, 403)
  const elsewhere = { ...stolen, everywhere: 'yes' }
  assert.equal((await first.visitor.post(`${base}/account/sessions`, elsewhere)).status, 403)
  const nobody = await new Visitor().post(profile, stolen)
  assert.equal(nobody.status, 400)
  // Signed in again, the form of before is another's.
  await first.visitor.submit(await first.visitor.open(`${base}/account`), {}, { path: '/signout' })
  await signedIn(ben, '', first.visitor)
  assert.equal((await first.visitor.post(profile, stolen)).status, 403)
  for (const email of [ann, ben]) assert.equal((await attributesOf(email)).given_name, undefined)
})

test('an account is deleted by its name, and not before', async () => {
  const email = await newUser()
  const { visitor, page } = await signedIn(email, '/delete')
  const refused = await visitor.submit(page, { confirm: 'somebody@example.com' })
  assert.match(refused.body, /isn’t the name of your account/)
  const done = await visitor.submit(page, { confirm: email.toUpperCase() })
  assert.match(done.body, /Your account has been deleted/)
  await assert.rejects(attributesOf(email), { name: 'UserNotFoundException' })
  assert.match((await visitor.open(`${base}/account?client_id=${scene.clientId}`)).body, /<h1>Sign in<\/h1>/)
})

test('signing out everywhere ends the sessions of other browsers, and the tokens of apps', async () => {
  const email = await newUser()
  const [one, two] = [await signedIn(email), await signedIn(email)]
  const sessions = await one.visitor.open(`${base}/account/sessions`)
  const end = await one.visitor.submitAndFollow(sessions, { everywhere: 'yes' })
  assert.match(end.body, /You’re signed out/)
  for (const { visitor } of [one, two])
    assert.match((await visitor.open(`${base}/account?client_id=${scene.clientId}`)).body, /<h1>Sign in<\/h1>/)
})

test('a download has what the app may read, and no secret', async () => {
  const email = await newUser()
  const { visitor, page } = await signedIn(email, '/data')
  const file = await visitor.submit(page, {}, { path: '/account/data' })
  assert.equal(file.headers.get('content-disposition'), 'attachment; filename="account.json"')
  const data = JSON.parse(file.body)
  assert.equal(data.attributes.email, email)
  assert.doesNotMatch(file.body, /hash|sealed|verifier|secret"/i)
})

test('sign-in with another client of the address, or of another pool, or of none, is refused or that client’s', async () => {
  const other = await scene.cognito.createUserPool({ PoolName: 'other' })
  const { UserPoolClient } = await scene.cognito.createUserPoolClient({
    UserPoolId: other.UserPool!.Id!,
    ClientName: 'stranger',
  })
  const visitor = new Visitor()
  const asked = await visitor.open(`${base}/account?client_id=${UserPoolClient!.ClientId}`)
  assert.equal(asked.status, 400)
  assert.match(asked.body, /open your account page from your app/)
  assert.equal((await visitor.open(`${base}/account?error=access_denied`)).status, 400)
  assert.equal((await visitor.open(`${base}/account?code=made-up`)).status, 400)
})

test('a pool without the page answers as if there were none, and one without deletion deletes nobody', async () => {
  const admin = adminOf(scene)
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'closed' })
  const UserPoolId = UserPool!.Id!
  await admin.putUserPoolExtensions({ UserPoolId, Extensions: { AccountPage: { Enabled: false } } })
  assert.equal((await new Visitor().get(`${scene.url}/${UserPoolId}/account`)).status, 404)

  const email = await newUser()
  const { visitor, page } = await signedIn(email, '/delete')
  const keep = { AccountPage: { AllowDeletion: false } }
  await admin.putUserPoolExtensions({ UserPoolId: scene.poolId, Extensions: keep })
  assert.equal((await visitor.submit(page, { confirm: email })).location, `${base}/account`)
  assert.doesNotMatch((await visitor.open(`${base}/account`)).body, /Delete your account/)
  assert.equal((await attributesOf(email)).email, email)
  await admin.putUserPoolExtensions({ UserPoolId: scene.poolId, Extensions: {} })
})

test('hostile names and attributes are shown as text', async () => {
  const email = await newUser()
  const script = '"><script>alert(1)</script>'
  await scene.cognito.adminUpdateUserAttributes({
    UserPoolId: scene.poolId,
    Username: email,
    UserAttributes: [
      { Name: 'given_name', Value: script },
      { Name: 'custom:staff', Value: script },
      { Name: 'zoneinfo', Value: script },
    ],
  })
  const { visitor, page } = await signedIn(email)
  for (const { body } of [
    page,
    await visitor.open(`${base}/account/profile`),
    await visitor.open(`${base}/account/sessions`),
  ])
    assert.doesNotMatch(body, /<script>/)
})
