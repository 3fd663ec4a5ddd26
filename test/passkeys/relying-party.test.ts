import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fitsRelyingParty } from '../../src/pool/passkeys/relying-party.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { Authenticator } from './authenticator.ts'
import { origin, passkeyScene } from './scene.ts'

const androidOrigin = `android:apk-key-hash:${'k'.repeat(43)}`
let server: TestServer
let strict: TestServer

before(async () => {
  server = await startTestServer({
    domainSuffix: 'login.example.net:8443',
    domainSuffixConfigured: true,
    androidOrigins: [androidOrigin],
  })
  strict = await startTestServer({ strict: true })
})
after(async () => {
  await server?.close()
  await strict?.close()
})

test('the configured relying party comes before the custom domain, that before the prefix, and then the own host', async () => {
  const scene = await passkeyScene(server, { mfa: { WebAuthnConfiguration: undefined } })
  await scene.addUser('ann')
  const AccessToken = await scene.accessToken('ann')
  const { UserPoolId } = scene
  const rpId = async () => (await scene.start(AccessToken)).rp.id

  assert.equal(await rpId(), 'localhost')
  await server.cognito.createUserPoolDomain({ UserPoolId, Domain: 'ours' })
  assert.equal(await rpId(), 'ours.login.example.net')
  const CertificateArn = 'arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-0000-0000-000000000000'
  const Domain = 'id.example.com'
  await server.cognito.createUserPoolDomain({ UserPoolId, Domain, CustomDomainConfig: { CertificateArn } })
  assert.equal(await rpId(), 'id.example.com')
  await scene.configure({ WebAuthnConfiguration: { RelyingPartyId: 'Example.com' } })
  assert.equal(await rpId(), 'example.com')
})

test('passkeys of another relying party are of no use until it is the pool’s again', async () => {
  const scene = await passkeyScene(server)
  const { authenticator, AccessToken } = await scene.addOwner('bob')
  const open = await scene.challenge('bob')
  const begun = await scene.start(AccessToken)
  await scene.configure({ WebAuthnConfiguration: { RelyingPartyId: 'example.org' } })
  assert.equal((await scene.begin('bob', 'WEB_AUTHN')).ChallengeName, 'SELECT_CHALLENGE')
  await assert.rejects(scene.answer('bob', open.Session, authenticator.get(open.options)), {
    name: 'NotAuthorizedException',
  })
  await assert.rejects(scene.complete(AccessToken, new Authenticator('https://example.org').create(begun)), {
    name: 'WebAuthnRelyingPartyMismatchException',
  })
  assert.deepEqual((await scene.start(AccessToken)).excludeCredentials, [])

  await scene.configure()
  const { options, Session } = await scene.challenge('bob')
  assert.ok((await scene.answer('bob', Session, authenticator.get(options))).AuthenticationResult)
})

test('an Android app that the installation names may use passkeys', async () => {
  const scene = await passkeyScene(server)
  const { authenticator } = await scene.addOwner('carl', new Authenticator(androidOrigin))
  const { options, Session } = await scene.challenge('carl')
  const unnamed = authenticator.get(options, { origin: `android:apk-key-hash:${'x'.repeat(43)}` })
  await assert.rejects(scene.answer('carl', Session, unnamed), { name: 'NotAuthorizedException' })
  assert.ok((await scene.answer('carl', Session, authenticator.get(options))).AuthenticationResult)
})

test('a relying party id is a domain name that somebody can own', async () => {
  const scene = await passkeyScene(server)
  for (const RelyingPartyId of [
    'com',
    'https://example.com',
    'example.com:443',
    'example.com/a',
    '10.0.0.1',
    '[::1]',
    '.example.com',
    'a b.com',
    '-a.com',
    'co.uk',
    'GitHub.io',
    'xn--p1ai',
  ]) {
    await assert.rejects(
      scene.configure({ WebAuthnConfiguration: { RelyingPartyId } }),
      { name: 'InvalidParameterException' },
      RelyingPartyId,
    )
  }
  for (const RelyingPartyId of [
    'localhost',
    'app.localhost',
    'example.co.uk',
    'xn--bcher-kva.example',
    'us.github.io',
    '123456789',
    'intranet',
  ]) {
    await scene.configure({ WebAuthnConfiguration: { RelyingPartyId } })
  }
})

test('a strict installation asks for a relying party or a domain', async () => {
  const scene = await passkeyScene(strict, { mfa: { WebAuthnConfiguration: undefined } })
  await scene.addUser('ann')
  const AccessToken = await scene.accessToken('ann')
  await assert.rejects(scene.start(AccessToken), { name: 'WebAuthnConfigurationMissingException' })
  assert.equal((await scene.begin('ann', 'WEB_AUTHN')).ChallengeName, 'SELECT_CHALLENGE')
  await scene.configure()
  await scene.register(AccessToken, new Authenticator(origin))
})

test('pages fit a relying party at its domain or below, over https, and over http at localhost alone', () => {
  const cases: [string, string, boolean][] = [
    ['example.com', 'https://example.com', true],
    ['example.com', 'https://example.com:8443', true],
    ['example.com', 'https://a.b.example.com', true],
    ['example.com', 'http://example.com', false],
    ['example.com', 'https://example.com.evil.test', false],
    ['example.com', 'https://notexample.com', false],
    ['example.com', 'https://user@example.com', false],
    ['example.com', 'https://EXAMPLE.com', false],
    ['example.com', 'https://com', false],
    ['a.example.com', 'https://example.com', false],
    ['localhost', 'http://localhost:3000', true],
    ['localhost', 'https://localhost', true],
    ['localhost', 'http://app.localhost:3000', true],
    ['localhost', 'http://localhost.evil.test', false],
    ['localhost', 'http://127.0.0.1:3000', false],
    ['example.com', 'ftp://example.com', false],
    ['example.com', 'null', false],
    ['example.com', '', false],
  ]
  for (const [rpId, page, fits] of cases) assert.equal(fitsRelyingParty(rpId, page), fits, `${page} for ${rpId}`)
})
