import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { rightPassword, wrongCredentials } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { Authenticator, type Lies } from './authenticator.ts'
import { optionsOf, origin, passkeyScene } from './scene.ts'

let server: TestServer
let scene: Awaited<ReturnType<typeof passkeyScene>>
let ann: Authenticator
let AccessToken: string

before(async () => {
  server = await startTestServer()
  scene = await passkeyScene(server)
  ;({ authenticator: ann, AccessToken } = await scene.addOwner('ann'))
})
after(() => server?.close())

const invalidSession = { name: 'NotAuthorizedException', message: /^Invalid session for the user/ }

const signIn = async (username: string, authenticator: Authenticator, lies?: Lies) => {
  const { options, Session } = await scene.challenge(username)
  return scene.answer(username, Session, authenticator.get(options, lies))
}

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

test('a passkey signs its user in, by preference or by choice', async () => {
  const asked = await scene.begin('ann', 'WEB_AUTHN')
  assert.equal(asked.ChallengeName, 'WEB_AUTHN')
  const { challenge, ...options } = optionsOf(asked.ChallengeParameters)
  assert.equal(Buffer.from(challenge, 'base64url').length, 32)
  assert.deepEqual(options, {
    timeout: 180_000,
    rpId: 'example.com',
    allowCredentials: [{ type: 'public-key', id: ann.id.toString('base64url'), transports: ['internal', 'hybrid'] }],
    userVerification: 'preferred',
  })
  const credential = ann.get({ challenge, rpId: 'example.com' })
  const done = await scene.answer('ann', asked.Session!, credential)
  assert.equal(claimsOf(done.AuthenticationResult!.AccessToken!).username, 'ann')
  assert.ok(done.AuthenticationResult!.RefreshToken && done.AuthenticationResult!.IdToken)

  const offered = await scene.begin('ann')
  assert.equal(offered.ChallengeName, 'SELECT_CHALLENGE')
  assert.deepEqual(offered.AvailableChallenges, ['WEB_AUTHN', 'PASSWORD_SRP', 'PASSWORD'])
  const chosen = await server.cognito.respondToAuthChallenge({
    ClientId: scene.ClientId,
    ChallengeName: 'SELECT_CHALLENGE',
    Session: offered.Session!,
    ChallengeResponses: { USERNAME: 'ann', ANSWER: 'WEB_AUTHN' },
  })
  assert.equal(chosen.ChallengeName, 'WEB_AUTHN')
  const answer = ann.get(optionsOf(chosen.ChallengeParameters))
  assert.ok((await scene.answer('ann', chosen.Session!, answer)).AuthenticationResult)
})

test('administrators sign users in with a passkey by the same steps', async () => {
  const { UserPoolId, ClientId } = scene
  const asked = await server.cognito.adminInitiateAuth({
    UserPoolId,
    ClientId,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME: 'ann', PREFERRED_CHALLENGE: 'WEB_AUTHN' },
  })
  const CREDENTIAL = JSON.stringify(ann.get(optionsOf(asked.ChallengeParameters)))
  const done = await server.cognito.adminRespondToAuthChallenge({
    UserPoolId,
    ClientId,
    ChallengeName: 'WEB_AUTHN',
    Session: asked.Session!,
    ChallengeResponses: { USERNAME: 'ann', CREDENTIAL },
  })
  assert.ok(done.AuthenticationResult)
})

test('RSA signs as well', async () => {
  const { authenticator } = await scene.addOwner('rosa', new Authenticator(origin, { algorithm: -257 }))
  await assert.rejects(signIn('rosa', authenticator, { spoilSignature: true }), wrongCredentials)
  assert.ok((await signIn('rosa', authenticator)).AuthenticationResult)
})

test('an assertion with any false value is refused, and the right one is accepted after it', async () => {
  const { authenticator: bob } = await scene.addOwner('bob')
  const lies: [string, Lies][] = [
    ['another origin', { origin: 'https://example.org' }],
    ['an origin that only ends alike', { origin: 'https://badexample.com' }],
    ['plain http', { origin: 'http://app.example.com' }],
    ['a frame in a page of another', { crossOrigin: true, topOrigin: 'https://evil.test' }],
    ['a frame in who knows what', { crossOrigin: true }],
    ['a page above that is none', { topOrigin: 'https://evil.test' }],
    ['another relying party', { rpId: 'example.org' }],
    ['another challenge', { challenge: randomBytes(32).toString('base64url') }],
    ['another ceremony', { type: 'webauthn.create' }],
    ['nobody there', { up: false }],
    ['another credential', { credentialId: randomBytes(16) }],
    ['the credential of another', { credentialId: bob.id }],
    ['the handle of another', { userHandle: bob.userHandle }],
    ['not on several devices any more', { be: false, bs: false }],
    ['backed up and never to be', { be: false, bs: true }],
    ['a signature that is not right', { spoilSignature: true }],
  ]
  for (let index = 0; index < lies.length; index += 8) {
    const { options, Session } = await scene.challenge('ann')
    for (const [what, lie] of lies.slice(index, index + 8)) {
      await assert.rejects(scene.answer('ann', Session, ann.get(options, lie)), wrongCredentials, what)
    }
    assert.ok((await scene.answer('ann', Session, ann.get(options))).AuthenticationResult)
  }
})

test('nobody signs in with the passkey of another', async () => {
  const { authenticator } = await scene.addOwner('carl')
  const { options, Session } = await scene.challenge('ann')
  await assert.rejects(scene.answer('ann', Session, authenticator.get(options)), wrongCredentials)
  const twin = authenticator.get(options, { credentialId: ann.id, userHandle: ann.userHandle })
  await assert.rejects(scene.answer('ann', Session, twin), wrongCredentials)
  // The session is Ann's, whatever name comes along.
  await assert.rejects(scene.answer('carl', Session, authenticator.get(options)), invalidSession)
})

test('a malformed credential is refused', async () => {
  const { options, Session } = await scene.challenge('ann')
  const right = ann.get(options)
  const invalid = { name: 'InvalidParameterException', message: 'Credential data is not valid' }
  const cases: object[] = [
    {},
    { ...right, type: 'password' },
    { ...right, response: { ...right.response, signature: undefined } },
    { ...right, response: { ...right.response, clientDataJSON: 'bnVsbA' } },
  ]
  for (const credential of cases) await assert.rejects(scene.answer('ann', Session, credential), invalid)
  const garbage = { ...right, response: { ...right.response, authenticatorData: 'AAAA' } }
  await assert.rejects(scene.answer('ann', Session, garbage), wrongCredentials)
  await assert.rejects(
    server.cognito.respondToAuthChallenge({
      ClientId: scene.ClientId,
      ChallengeName: 'WEB_AUTHN',
      Session,
      ChallengeResponses: { USERNAME: 'ann' },
    }),
    { name: 'InvalidParameterException', message: 'Missing required parameter CREDENTIAL' },
  )
})

test('an answer counts once, in time, and with the client that asked', async () => {
  const { options, Session } = await scene.challenge('ann')
  const credential = ann.get(options)
  const { ClientId } = await scene.addClient()
  await assert.rejects(scene.answer('ann', Session, credential, ClientId), invalidSession)
  assert.ok((await scene.answer('ann', Session, credential)).AuthenticationResult)
  await assert.rejects(scene.answer('ann', Session, credential), invalidSession)
  const next = await scene.challenge('ann')
  await assert.rejects(scene.answer('ann', next.Session, credential), wrongCredentials)

  server.clock.advance({ minutes: 4 })
  await assert.rejects(scene.answer('ann', next.Session, ann.get(next.options)), invalidSession)
})

test('a session takes no more than its number of answers', async () => {
  const { options, Session } = await scene.challenge('ann')
  const wrong = ann.get(options, { spoilSignature: true })
  const guesses = await Promise.allSettled(Array.from({ length: 10 }, () => scene.answer('ann', Session, wrong)))
  assert.ok(guesses.every(({ status }) => status === 'rejected'))
  await assert.rejects(scene.answer('ann', Session, ann.get(options)), invalidSession)
})

test('a sign counter goes up, never back: one that does was copied', async () => {
  const authenticator = new Authenticator(origin)
  authenticator.counter = 5
  await scene.addOwner('dora', authenticator)
  const bound = { be: true, bs: false }
  await assert.rejects(signIn('dora', authenticator, { ...bound, counter: 5 }), wrongCredentials)
  await assert.rejects(signIn('dora', authenticator, { ...bound, counter: 0 }), wrongCredentials)
  assert.ok((await signIn('dora', authenticator, { ...bound, counter: 8 })).AuthenticationResult)
  await assert.rejects(signIn('dora', authenticator, { ...bound, counter: 7 }), wrongCredentials)
  assert.ok((await signIn('dora', authenticator, { ...bound, counter: 9 })).AuthenticationResult)

  // Two sign-ins that began at once: one counter is good for one of them.
  const [one, two] = [await scene.challenge('dora'), await scene.challenge('dora')]
  const results = await Promise.allSettled(
    [one, two].map(({ options, Session }) =>
      scene.answer('dora', Session, authenticator.get(options, { ...bound, counter: 10 })),
    ),
  )
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('a passkey that was deleted signs nobody in', async () => {
  const { authenticator, AccessToken } = await scene.addOwner('emil')
  const open = await scene.challenge('emil')
  const CredentialId = authenticator.id.toString('base64url')
  await server.cognito.deleteWebAuthnCredential({ AccessToken, CredentialId })
  await assert.rejects(scene.answer('emil', open.Session, authenticator.get(open.options)), invalidSession)
  const asked = await scene.begin('emil', 'WEB_AUTHN')
  assert.equal(asked.ChallengeName, 'SELECT_CHALLENGE')
  assert.deepEqual(asked.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD'])
})

test('the state of an account counts for passkeys too', async () => {
  const { UserPoolId } = scene
  const { authenticator } = await scene.addOwner('flora')
  const open = await scene.challenge('flora')
  await server.cognito.adminDisableUser({ UserPoolId, Username: 'flora' })
  const disabled = { name: 'NotAuthorizedException', message: 'User is disabled.' }
  await assert.rejects(scene.answer('flora', open.Session, authenticator.get(open.options)), disabled)
  await assert.rejects(scene.begin('flora', 'WEB_AUTHN'), disabled)

  await server.cognito.adminEnableUser({ UserPoolId, Username: 'flora' })
  assert.ok((await signIn('flora', authenticator)).AuthenticationResult)
  const temporary = { UserPoolId, Username: 'flora', Password: rightPassword, Permanent: false }
  await server.cognito.adminSetUserPassword(temporary)
  assert.deepEqual((await scene.begin('flora', 'WEB_AUTHN')).AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD'])
})

test('a user may have several, and each is asked for', async () => {
  const { authenticator, AccessToken } = await scene.addOwner('gert')
  const second = await scene.register(AccessToken)
  const { options } = await scene.challenge('gert')
  const ids = options.allowCredentials.map(({ id }) => id)
  assert.deepEqual(ids, [authenticator.id.toString('base64url'), second.id.toString('base64url')])
  assert.ok((await signIn('gert', second)).AuthenticationResult)
  assert.ok((await signIn('gert', authenticator)).AuthenticationResult)
})

test('the factors of a user tell of a passkey', async () => {
  const { ConfiguredUserAuthFactors } = await server.cognito.getUserAuthFactors({ AccessToken })
  assert.deepEqual(ConfiguredUserAuthFactors!.toSorted(), ['PASSWORD', 'WEB_AUTHN'])
})

test('the page of a pool that takes passkeys no more refuses those that are on their way', async () => {
  const other = await passkeyScene(server)
  const { authenticator } = await other.addOwner('hugo')
  const { options, Session } = await other.challenge('hugo')
  await server.cognito.updateUserPool({
    UserPoolId: other.UserPoolId,
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] } },
  })
  await assert.rejects(other.answer('hugo', Session, authenticator.get(options)), invalidSession)
  assert.equal((await other.begin('hugo', 'WEB_AUTHN')).ChallengeName, 'SELECT_CHALLENGE')
})
