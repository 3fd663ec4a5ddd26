import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { adminOf, keyOf } from '../administration/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { Authenticator, type Lies } from './authenticator.ts'
import { encodeCbor } from './cbor.ts'
import { newMaker } from './maker.ts'
import { origin, passkeyScene } from './scene.ts'

let server: TestServer
let scene: Awaited<ReturnType<typeof passkeyScene>>
let AccessToken: string

before(async () => {
  server = await startTestServer()
  scene = await passkeyScene(server)
  await scene.addUser('ann', { attributes: { name: 'Ann Example' } })
  AccessToken = await scene.accessToken('ann')
})
after(() => server?.close())

const list = async (token = AccessToken) =>
  (await server.cognito.listWebAuthnCredentials({ AccessToken: token })).Credentials!

const invalid = { name: 'InvalidParameterException', message: 'Credential data is not valid' }

test('the options are those that browsers take', async () => {
  const options = await scene.start(AccessToken)
  const { challenge, user, ...rest } = options
  assert.equal(Buffer.from(challenge, 'base64url').length, 32)
  assert.equal(user.name, 'ann')
  assert.equal(user.displayName, 'Ann Example')
  assert.deepEqual(rest, {
    rp: { id: 'example.com', name: 'example.com' },
    pubKeyCredParams: [
      { type: 'public-key', alg: -7 },
      { type: 'public-key', alg: -257 },
    ],
    timeout: 60_000,
    excludeCredentials: [],
    authenticatorSelection: { requireResidentKey: true, residentKey: 'required', userVerification: 'preferred' },
  })
})

test('the user handle is the sub, and stays the former id for a user who has one', async () => {
  await scene.addUser('bob')
  const one = await scene.start(AccessToken)
  const two = await scene.start(AccessToken)
  assert.notEqual(one.challenge, two.challenge)
  const subOf = async (token: string) =>
    (await server.cognito.getUser({ AccessToken: token })).UserAttributes!.find(({ Name }) => Name === 'sub')!.Value!
  for (const { user } of [one, two])
    assert.equal(Buffer.from(user.id, 'base64url').toString(), await subOf(AccessToken))

  const bobs = await scene.accessToken('bob')
  const [user_id, handle] = [await subOf(bobs), randomBytes(32)]
  await server.ctx.db.insertInto('passkey_users').values({ pool_id: scene.UserPoolId, user_id, handle }).execute()
  assert.equal((await scene.start(bobs)).user.id, handle.toString('base64url'))
})

test('passkeys of either algorithm, attested or not, are stored, listed and deleted', async () => {
  await scene.addUser('carl')
  const token = await scene.accessToken('carl')
  const kinds = [
    new Authenticator(origin),
    new Authenticator(origin, { algorithm: -257 }),
    new Authenticator(origin, { attestation: 'packed' }),
    new Authenticator(origin, { algorithm: -257, attestation: 'packed' }),
  ]
  for (const authenticator of kinds) await scene.register(token, authenticator)

  const ids = kinds.map(({ id }) => id.toString('base64url'))
  const listed = await list(token)
  assert.deepEqual(
    listed.map(({ CredentialId }) => CredentialId),
    ids,
  )
  const { CreatedAt, CredentialId: _, ...first } = listed[0]!
  assert.ok(CreatedAt instanceof Date)
  assert.deepEqual(first, {
    FriendlyCredentialName: 'Passkey',
    RelyingPartyId: 'example.com',
    AuthenticatorAttachment: 'platform',
    AuthenticatorTransports: ['internal', 'hybrid'],
  })
  const { excludeCredentials } = await scene.start(token)
  assert.deepEqual(
    excludeCredentials.map(({ id }) => id),
    ids,
  )

  await assert.rejects(server.cognito.deleteWebAuthnCredential({ AccessToken, CredentialId: ids[0]! }), {
    name: 'ResourceNotFoundException',
  })
  await server.cognito.deleteWebAuthnCredential({ AccessToken: token, CredentialId: ids[0]! })
  await assert.rejects(server.cognito.deleteWebAuthnCredential({ AccessToken: token, CredentialId: ids[0]! }), {
    name: 'ResourceNotFoundException',
  })
  assert.equal((await list(token)).length, 3)
})

test('a listing comes by page, and its tokens are its own', async () => {
  await scene.addUser('dora')
  const token = await scene.accessToken('dora')
  for (let made = 0; made < 3; made++) await scene.register(token)
  const page = (NextToken?: string, AccessToken = token) =>
    server.cognito.listWebAuthnCredentials({ AccessToken, MaxResults: 2, NextToken })
  const one = await page()
  const two = await page(one.NextToken)
  assert.equal(two.NextToken, undefined)
  const ids = [...one.Credentials!, ...two.Credentials!].map(({ CredentialId }) => CredentialId)
  assert.equal(new Set(ids).size, 3)
  await assert.rejects(page(one.NextToken, AccessToken), { name: 'InvalidParameterException' })
})

test('a credential with any false value is refused, each with its own error', async () => {
  const cases: [string, Lies, object][] = [
    ['another origin', { origin: 'https://example.org' }, { name: 'WebAuthnOriginNotAllowedException' }],
    [
      'an origin that only ends alike',
      { origin: 'https://badexample.com' },
      { name: 'WebAuthnOriginNotAllowedException' },
    ],
    ['plain http', { origin: 'http://app.example.com' }, { name: 'WebAuthnOriginNotAllowedException' }],
    ['no origin at all', { origin: 'null' }, { name: 'WebAuthnOriginNotAllowedException' }],
    [
      'an app that nobody named',
      { origin: `android:apk-key-hash:${'A'.repeat(43)}` },
      { name: 'WebAuthnOriginNotAllowedException' },
    ],
    ['an origin with a path', { origin: 'https://example.com/' }, { name: 'WebAuthnOriginNotAllowedException' }],
    [
      'a frame in a page of another',
      { crossOrigin: true, topOrigin: 'https://evil.test' },
      { name: 'WebAuthnOriginNotAllowedException' },
    ],
    ['a frame in who knows what', { crossOrigin: true }, { name: 'WebAuthnOriginNotAllowedException' }],
    ['another relying party', { rpId: 'example.org' }, { name: 'WebAuthnRelyingPartyMismatchException' }],
    [
      'another challenge',
      { challenge: randomBytes(32).toString('base64url') },
      { name: 'WebAuthnChallengeNotFoundException' },
    ],
    ['another ceremony', { type: 'webauthn.get' }, invalid],
    ['nobody there', { up: false }, invalid],
    ['backed up and never to be', { be: false, bs: true }, invalid],
    ['another id', { credentialId: randomBytes(16) }, invalid],
  ]
  const before = (await list()).length
  for (const [what, lies, refusal] of cases) {
    await assert.rejects(scene.register(AccessToken, new Authenticator(origin), lies), refusal, what)
  }
  const spoiled = new Authenticator(origin, { attestation: 'packed' })
  await assert.rejects(scene.register(AccessToken, spoiled, { spoilSignature: true }), invalid)
  assert.equal((await list()).length, before)
})

test('an attestation statement must be valid if there is one', async () => {
  await scene.addUser('mara')
  const token = await scene.accessToken('mara')
  const attested = (maker: ReturnType<typeof newMaker>) => new Authenticator(origin, { attestation: 'packed', maker })
  await scene.register(token, attested(newMaker()))
  await assert.rejects(scene.register(token, attested(newMaker()), { spoilSignature: true }), invalid)
  await assert.rejects(scene.register(token, attested({ ...newMaker(), key: newMaker().key })), invalid)
  await assert.rejects(scene.register(token, attested(newMaker({ days: -1 }))), invalid)
  await assert.rejects(scene.register(token, attested(newMaker({ unit: 'Marketing' }))), invalid)
  assert.equal((await list(token)).length, 1)
})

test('what is no credential is refused', async () => {
  const options = await scene.start(AccessToken)
  const right = new Authenticator(origin).create(options)
  const response = (changes: object) => ({ ...right, response: { ...right.response, ...changes } })
  const cases: object[] = [
    {},
    { ...right, id: 'other' },
    { ...right, type: 'password' },
    { ...right, response: undefined },
    response({ clientDataJSON: 'bm90IGpzb24' }),
    response({ clientDataJSON: '!' }),
    response({ attestationObject: undefined }),
    response({ attestationObject: 17 }),
  ]
  for (const credential of cases) await assert.rejects(scene.complete(AccessToken, credential), invalid)
  // None of them said anything of the challenge, which is open still.
  await scene.complete(AccessToken, right)

  const broken = [randomBytes(200), encodeCbor(new Map([['fmt', 'none']])), Buffer.from([0xff])]
  for (const bytes of broken) {
    const made = new Authenticator(origin).create(await scene.start(AccessToken))
    const attestationObject = bytes.toString('base64url')
    await assert.rejects(
      scene.complete(AccessToken, { ...made, response: { ...made.response, attestationObject } }),
      invalid,
    )
  }
})

test('a public key that is CBOR, but no map, is refused as invalid', async () => {
  for (const key of [0, 'key', Buffer.alloc(3), [1, 2], []]
    .map(encodeCbor)
    .concat(Buffer.from([0xf6]), Buffer.from([0xf5]))) {
    const made = new Authenticator(origin).create(await scene.start(AccessToken), { publicKey: key })
    await assert.rejects(scene.complete(AccessToken, made), invalid, key.toString('hex'))
  }
})

test('what the pool does not take is called not supported', async () => {
  const notSupported = { name: 'WebAuthnCredentialNotSupportedException' }
  await assert.rejects(
    scene.register(AccessToken, new Authenticator(origin, { attestation: 'fido-u2f' })),
    notSupported,
  )

  class OtherKey extends Authenticator {
    key: [number, number | Uint8Array][] = []
    override coseKey = () => encodeCbor(new Map(this.key))
  }
  const point: [number, Uint8Array][] = [
    [-2, Buffer.alloc(32, 1)],
    [-3, Buffer.alloc(32, 2)],
  ]
  const keys: [string, [number, number | Uint8Array][]][] = [
    ['EdDSA', [[1, 1], [3, -8], [-1, 6], point[0]!]],
    ['ES384', [[1, 2], [3, -35], [-1, 2], ...point]],
    ['a point that is on no curve', [[1, 2], [3, -7], [-1, 1], ...point]],
    [
      'a small modulus',
      [
        [1, 3],
        [3, -257],
        [-1, Buffer.alloc(128, 0xff)],
        [-2, Buffer.from([1, 0, 1])],
      ],
    ],
  ]
  for (const [what, key] of keys) {
    const authenticator = new OtherKey(origin)
    authenticator.key = key
    await assert.rejects(scene.register(AccessToken, authenticator), notSupported, what)
  }
})

test('a challenge is answered once, in time, by its user and with its client', async () => {
  const notFound = { name: 'WebAuthnChallengeNotFoundException' }
  const made = new Authenticator(origin).create(await scene.start(AccessToken))
  await scene.complete(AccessToken, made)
  await assert.rejects(scene.complete(AccessToken, made), notFound)

  const wrong = new Authenticator(origin).create(await scene.start(AccessToken), { up: false })
  await assert.rejects(scene.complete(AccessToken, wrong), invalid)
  await assert.rejects(scene.complete(AccessToken, wrong), notFound)

  const superseded = await scene.start(AccessToken)
  await scene.start(AccessToken)
  await assert.rejects(scene.complete(AccessToken, new Authenticator(origin).create(superseded)), notFound)

  const anns = await scene.start(AccessToken)
  const bobs = await scene.accessToken('bob')
  await assert.rejects(scene.complete(bobs, new Authenticator(origin).create(anns)), notFound)

  const { ClientId } = await scene.addClient()
  const elsewhere = await scene.accessToken('ann', ClientId)
  await assert.rejects(scene.complete(elsewhere, new Authenticator(origin).create(anns)), {
    name: 'WebAuthnClientMismatchException',
  })

  const late = await scene.start(AccessToken)
  server.clock.advance({ minutes: 4 })
  await assert.rejects(scene.complete(AccessToken, new Authenticator(origin).create(late)), notFound)
})

test('many at once answer a challenge once', async () => {
  await scene.addUser('gail')
  const token = await scene.accessToken('gail')
  const made = new Authenticator(origin).create(await scene.start(token))
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => scene.complete(token, made)))
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal((await list(token)).length, 1)
})

test('a credential is one user’s: nobody registers it again', async () => {
  await scene.addUser('hugo')
  const { authenticator } = await scene.addOwner('ines')
  await assert.rejects(scene.register(await scene.accessToken('hugo'), authenticator), invalid)
  await assert.rejects(scene.register(await scene.accessToken('ines'), authenticator), invalid)
})

test('a user has twenty passkeys at most', async () => {
  await scene.addUser('jack')
  const token = await scene.accessToken('jack')
  for (let made = 0; made < 20; made++) await scene.register(token)
  await assert.rejects(scene.register(token), { name: 'LimitExceededException' })
  const [first] = await list(token)
  await server.cognito.deleteWebAuthnCredential({ AccessToken: token, CredentialId: first!.CredentialId! })
  await scene.register(token)
  assert.equal((await list(token)).length, 20)
})

test('where the pool requires verified users, a passkey that verifies none is refused', async () => {
  const strictScene = await passkeyScene(server, {
    mfa: { WebAuthnConfiguration: { RelyingPartyId: 'example.com', UserVerification: 'required' } },
  })
  await strictScene.addUser('kim')
  const token = await strictScene.accessToken('kim')
  assert.equal((await strictScene.start(token)).authenticatorSelection.userVerification, 'required')
  await assert.rejects(strictScene.register(token, new Authenticator(origin), { uv: false }), {
    name: 'WebAuthnCredentialNotSupportedException',
  })
  await strictScene.register(token)
  await scene.register(AccessToken, new Authenticator(origin), { uv: false })
})

test('a pool without passkeys refuses with its own error', async () => {
  const without = await passkeyScene(server, { factors: ['PASSWORD'] })
  await without.addUser('lea')
  const token = await without.accessToken('lea')
  const notEnabled = { name: 'WebAuthnNotEnabledException' }
  await assert.rejects(without.start(token), notEnabled)
  const made = new Authenticator(origin).create(await scene.start(AccessToken))
  await assert.rejects(without.complete(token, made), notEnabled)
  assert.deepEqual(await list(token), [])
})

test('none of it works without a token that is right', async () => {
  const refused = { name: 'NotAuthorizedException' }
  const AccessToken = 'x.y.z'
  await assert.rejects(scene.start(AccessToken), refused)
  await assert.rejects(scene.complete(AccessToken, {}), refused)
  await assert.rejects(list(AccessToken), refused)
  await assert.rejects(server.cognito.deleteWebAuthnCredential({ AccessToken, CredentialId: 'x' }), refused)
})

test('who has lost a passkey has it removed by the help desk, and nobody else’s with it', async () => {
  const { UserPoolId } = scene
  await scene.addOwner('lost')
  await scene.addOwner('other')
  await adminOf(server).putRole({ RoleName: 'desk', ReadyMadePolicy: 'help-desk', UserPoolIds: [UserPoolId] })
  const desk = adminOf(server, await keyOf(server, 'desk'))
  const passkeysOf = async (Username: string) => (await desk.listUserPasskeys({ UserPoolId, Username })).Passkeys
  const [passkey] = await passkeysOf('lost')
  const { FriendlyCredentialName, RelyingPartyId } = passkey!
  assert.deepEqual([FriendlyCredentialName, RelyingPartyId], ['Passkey', 'example.com'])

  const CredentialId = passkey!.CredentialId
  const gone = { name: 'ResourceNotFoundException' }
  await assert.rejects(desk.deleteUserPasskey({ UserPoolId, Username: 'other', CredentialId }), gone)
  await desk.deleteUserPasskey({ UserPoolId, Username: 'lost', CredentialId })
  assert.deepEqual(await passkeysOf('lost'), [])
  assert.equal((await passkeysOf('other')).length, 1)
  await assert.rejects(desk.deleteUserPasskey({ UserPoolId, Username: 'lost', CredentialId }), gone)
  await assert.rejects(passkeysOf('nobody'), { name: 'UserNotFoundException' })

  const { UserPool } = await server.cognito.createUserPool({ PoolName: 'elsewhere' })
  await assert.rejects(desk.listUserPasskeys({ UserPoolId: UserPool!.Id!, Username: 'lost' }), {
    name: 'AccessDeniedException',
  })
})
