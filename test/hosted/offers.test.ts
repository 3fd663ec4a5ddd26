import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CreateUserPoolClientCommandInput } from '@aws-sdk/client-cognito-identity-provider'
import { staleScripts } from '../../scripts/build-assets.ts'
import { wholeNumber } from '../../src/hosted/views/calling-codes.ts'
import { qrCode } from '../../src/hosted/views/qr-code.ts'
import { type HostedScene, password, startScene } from './scene.ts'
import { type Seen, Visitor } from './visitor.ts'

let scene: HostedScene
const choosing: Partial<CreateUserPoolClientCommandInput> = { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] }

before(async () => {
  scene = await startScene()
  await scene.addUser('ann@example.com')
  const UserPoolId = scene.poolId
  await scene.cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Google',
    ProviderType: 'Google',
    ProviderDetails: { client_id: 'g', client_secret: 's', authorize_scopes: 'openid email' },
  })
  await scene.cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Acme',
    ProviderType: 'OIDC',
    IdpIdentifiers: ['acme.example'],
    ProviderDetails: {
      client_id: 'a',
      client_secret: 's',
      authorize_scopes: 'openid',
      attributes_request_method: 'GET',
      oidc_issuer: 'https://acme.example',
      authorize_url: 'https://acme.example/authorize',
      token_url: 'https://acme.example/token',
      attributes_url: 'https://acme.example/userinfo',
      jwks_uri: 'https://acme.example/jwks',
    },
  })
})
after(() => scene?.close())

const heading = ({ body }: Seen): string | undefined => /<h1>(.*?)<\/h1>/.exec(body)?.[1]
const signedIn = async (visitor: Visitor, client_id = scene.clientId) => {
  const page = await visitor.open(scene.loginUrl({ client_id }))
  const done = await visitor.submit(page, { username: 'ann@example.com', password })
  return visitor.open(done.location!)
}

test('buttons lead to the providers of the client, and to none where it has none', async () => {
  const client_id = await scene.addClient({ SupportedIdentityProviders: ['COGNITO', 'Google', 'Acme'] })
  const page = await new Visitor().open(scene.loginUrl({ client_id }))
  assert.match(page.body, /<svg class="social"[^>]*>(<path[^>]*>)+<\/svg><span>Continue with Google/)
  assert.match(page.body, /oauth2\/authorize\?[^"]*identity_provider&#x3D;Acme/)
  const none = await new Visitor().open(scene.loginUrl())
  assert.doesNotMatch(none.body, /Continue with/)
})

test('where one provider is the only way in, that is where a visitor goes', async () => {
  const client_id = await scene.addClient({ SupportedIdentityProviders: ['Acme'] })
  const seen = await new Visitor().open(scene.loginUrl({ client_id }))
  assert.equal(new URL(seen.location!).origin, 'https://acme.example')
})

test('a style may ask for an address instead, whose domain names the provider', async () => {
  const client_id = await scene.addClient({ SupportedIdentityProviders: ['COGNITO', 'Acme'] })
  await scene.cognito.createManagedLoginBranding({
    UserPoolId: scene.poolId,
    ClientId: client_id,
    Settings: { categories: { auth: { federation: { interfaceStyle: 'DOMAIN_INPUT' } } } },
  })
  const visitor = new Visitor()
  const page = await visitor.open(scene.loginUrl({ client_id }))
  assert.match(page.body, /Your work email address/)
  assert.doesNotMatch(page.body, /Continue with Acme/)
  const form = { search: 'yes', username: '', password: '' }
  const unknown = await visitor.submitAndFollow(page, { ...form, domain: 'x@other.example' })
  assert.match(unknown.body, /No organization with this email domain/)
  const found = await visitor.submit(page, { ...form, domain: 'Ann@ACME.example' })
  assert.equal(found.status, 200)
  assert.match(found.headers.get('refresh')!, /identity_provider=Acme/)
  assert.match(found.body, /Continue with Acme/)
})

test('a signed-in user is offered to continue when the app asks for a choice of account', async () => {
  const visitor = new Visitor()
  await signedIn(visitor)
  const page = await visitor.open(scene.loginUrl({ prompt: 'select_account' }))
  assert.equal(heading(page), 'Choose an account')
  assert.match(page.body, /ann@example\.com/)
  const same = await visitor.submitAndFollow(page, { account: 'same' })
  assert.ok(same.location?.startsWith(`${scene.callback}?code=`), same.location)

  const again = await visitor.open(scene.loginUrl({ prompt: 'select_account', state: '2' }))
  const other = await visitor.submitAndFollow(again, { account: 'other' })
  assert.equal(heading(other), 'Sign in')
  assert.equal(heading(await new Visitor().open(scene.loginUrl({ prompt: 'select_account' }))), 'Sign in')
})

test('choosing an account does not replace a sign-in that is asked for, or that is too long ago', async () => {
  const visitor = new Visitor()
  await signedIn(visitor)
  scene.clock.advance({ minutes: 5 })
  const requests: Record<string, string>[] = [
    { prompt: 'select_account login' },
    { prompt: 'select_account', max_age: '60' },
  ]
  for (const asked of requests) {
    const page = await visitor.open(scene.loginUrl({ ...asked, state: JSON.stringify(asked).slice(2, 9) }))
    const answer = await visitor.submitAndFollow(page, { account: 'same' })
    assert.equal(heading(answer), 'Sign in', JSON.stringify(asked))
    assert.match(answer.body, /sign in again/)
    assert.match(answer.body, /value="ann@example\.com"/)
  }
})

test('without a signed-in user there is no account to choose', async () => {
  const visitor = new Visitor()
  const page = await visitor.open(scene.loginUrl({ prompt: 'select_account' }))
  const answer = await visitor.submitAndFollow(page, { account: 'same' })
  assert.equal(heading(answer), 'Sign in')
})

test('a name that no user has is led on like any other', async () => {
  const client_id = await scene.addClient(choosing)
  const visitor = new Visitor()
  const page = await visitor.open(scene.loginUrl({ client_id }))
  assert.doesNotMatch(page.body, /type="password"/)
  const next = await visitor.submitAndFollow(page, { username: 'nobody@example.com' })
  assert.equal(heading(next), 'Enter your password')
  const refused = await visitor.submitAndFollow(next, { password: 'Wrong-password-1' })
  assert.match(refused.body, /Incorrect username or password\./)
})

test('a passkey page without a session begins with the sign-in, and one of another app not at all', async () => {
  const visitor = new Visitor()
  const closed = await visitor.open(scene.loginUrl({}, 'passkeys/add'))
  assert.match(closed.body, /doesn’t offer passkeys/)
  const open = await startScene({ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } } })
  try {
    const begun = await new Visitor().get(open.loginUrl({}, 'passkeys/add'))
    assert.equal(new URL(begun.location!).pathname, `/${open.poolId}/login`)
    const stranger = await new Visitor().get(open.loginUrl({ redirect_uri: 'https://evil.test/' }, 'passkeys/add'))
    assert.equal(stranger.status, 400)
    assert.equal(stranger.location, undefined)
  } finally {
    await open.close()
  }
})

test('the first page is small, and made quickly', async () => {
  const headers = { 'Accept-Encoding': 'br' }
  const visitor = new Visitor()
  const page = await visitor.open(scene.loginUrl())
  let bytes = Buffer.byteLength(page.body)
  for (const [, file] of page.body.matchAll(/<(?:link|script)[^>]* (?:href|src)="([^"]+)"/g)) {
    const asset = await fetch(new URL(file!, scene.url), { headers })
    const length = asset.headers.get('content-length')
    assert.equal(asset.headers.get('content-encoding'), 'br')
    bytes += Number(length)
  }
  assert.ok(bytes < 30_000, `${bytes} bytes`)

  const times: number[] = []
  for (let round = 0; round < 30; round++) {
    const began = performance.now()
    await visitor.get(page.url)
    times.push(performance.now() - began)
  }
  // Slower ones tell of what else the machine is doing.
  const fastest = Math.min(...times)
  assert.ok(fastest < 20, `${fastest} ms`)
})

test('the scripts of the pages are what their sources make', async () => {
  assert.deepEqual(await staleScripts(), [])
})

test('a telephone number is completed by its country', () => {
  const cases: [string, string, string][] = [
    ['0171 555-0123', 'DE', '+491715550123'],
    ['(415) 555.0100', 'US', '+14155550100'],
    ['+44 20 7946 0123', 'US', '+442079460123'],
    ['06 1234 5678', 'IT', '+390612345678'],
    ['123', 'XX', '123'],
    ['', 'DE', ''],
  ]
  for (const [typed, country, whole] of cases) assert.equal(wholeNumber(typed, country), whole)
})

test('a telephone number comes back as it was typed, with the country that was chosen', async () => {
  const phones = await startScene({
    UsernameAttributes: ['phone_number'],
    AutoVerifiedAttributes: [],
    Schema: [{ Name: 'phone_number', Required: true, Mutable: true }],
  })
  try {
    const visitor = new Visitor()
    const page = await visitor.open(phones.loginUrl({ lang: 'fr' }, 'signup'))
    assert.match(page.body, /<option value="FR" selected>/)
    const typed = { username: '020 7946 0123', username_country: 'GG', password, repeated: 'Other-horse-1' }
    const again = await visitor.submitAndFollow(page, typed)
    assert.match(again.body, /name="username" type="tel" value="020 7946 0123"/)
    assert.deepEqual(again.body.match(/<option value="\w+" selected>/g), ['<option value="GG" selected>'])
    await visitor.submitAndFollow(again, { ...typed, repeated: password })
    const { Users = [] } = await phones.cognito.listUsers({ UserPoolId: phones.poolId })
    const numbers = Users.map(({ Attributes = [] }) => Attributes.find(({ Name }) => Name === 'phone_number')?.Value)
    assert.deepEqual(numbers, ['+442079460123'])
  } finally {
    await phones.close()
  }
})

test('a QR code is a square of black on white with room around it', async () => {
  const { size, path } = await qrCode('otpauth://totp/pool:ann?secret=ABCDEFGH')
  assert.ok(size >= 29 && size % 4 === 1)
  // The finder pattern of a corner.
  assert.ok(path.startsWith('M4 4h7v1h-7z'))
  assert.match(path, /^(M\d+ \d+h\d+v1h-\d+z)+$/)
})

test('an address that no app has registered is shown beside those that it has, in development', async () => {
  const visitor = new Visitor()
  const page = await visitor.open(
    scene.loginUrl({ redirect_uri: 'https://else.example/"><script>' }, 'oauth2/authorize'),
  )
  assert.equal(page.status, 400)
  assert.match(
    page.body,
    /<dt>Requested address<\/dt><dd><code translate="no">https:\/\/else\.example\/&quot;&gt;&lt;script&gt;<\/code>/,
  )
  assert.match(page.body, new RegExp(`<dt>Registered addresses</dt><dd><code translate="no">${scene.callback}</code>`))
  assert.match(page.body, new RegExp(`<a href="${new URL(scene.callback).origin}/">Back to the app</a>`))
  const german = await visitor.open(scene.loginUrl({ redirect_uri: 'https://else.example/', lang: 'de' }))
  assert.match(german.body, /<dt>Angefragte Adresse<\/dt>.*<dt>Registrierte Adressen<\/dt>/s)
})
