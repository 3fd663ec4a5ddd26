import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { type Credentials, signPost } from '../../src/admin/sign.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { adminOf, allow, cognitoOf, keyOf, keyWith, rootKey } from './scene.ts'

let server: TestServer
let issuer: Awaited<ReturnType<typeof startIssuer>>
before(async () => {
  ;[server, issuer] = await Promise.all([startTestServer({}, { jobs: false }), startIssuer()])
  await adminOf(server).putRole({ RoleName: 'lister', PolicyDocument: JSON.stringify(lister) })
})
after(async () => {
  issuer?.close()
  await server?.close()
})

const arnOf = (role: string) => `arn:aws:iam::000000000000:role/${role}`
const lister = allow('cognito-idp:ListUserPools')
const list = (credentials: Credentials) => cognitoOf(server, credentials).listUserPools({ MaxResults: 1 })

async function call(form: Record<string, string>, credentials?: Credentials) {
  const body = new URLSearchParams({ Version: '2011-06-15', ...form }).toString()
  const url = new URL('/', server.url)
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const signed = credentials
    ? signPost({ url, headers, body, credentials, region: 'us-east-1', service: 'sts', now: new Date() })
    : headers
  const response = await fetch(url, { method: 'POST', headers: signed, body })
  const text = await response.text()
  const of = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? ''
  return { status: response.status, text, of }
}

async function credentialsFrom(answer: ReturnType<typeof call>): Promise<Credentials> {
  const { status, text, of } = await answer
  assert.equal(status, 200, text)
  return {
    accessKeyId: of('AccessKeyId'),
    secretAccessKey: of('SecretAccessKey'),
    sessionToken: of('SessionToken'),
  }
}

const assume = (credentials: Credentials, role: string, more: Record<string, string> = {}) =>
  call({ Action: 'AssumeRole', RoleArn: arnOf(role), RoleSessionName: 'deploy', ...more }, credentials)

test('a role whose policy allows it assumes another, and no other', async () => {
  const key = await keyWith(server, allow('sts:AssumeRole', arnOf('lister')))
  const session = await credentialsFrom(assume(key, 'lister'))
  assert.ok((await list(session)).UserPools)
  const who = await call({ Action: 'GetCallerIdentity' }, session)
  assert.equal(who.of('Arn'), 'arn:aws:sts::000000000000:assumed-role/lister/deploy')

  await adminOf(server).putRole({ RoleName: 'boss', ReadyMadePolicy: 'administrator' })
  for (const role of ['boss', 'Lister', 'nobody']) {
    const refused = await assume(key, role)
    assert.deepEqual([refused.status, refused.of('Code')], [403, 'AccessDenied'])
    assert.match(
      refused.of('Message'),
      new RegExp(`not authorized to perform: sts:AssumeRole on resource: ${arnOf(role)}`),
    )
  }
  const plain = await keyWith(server, allow('cognito-idp:*'))
  assert.equal((await assume(plain, 'lister')).status, 403)
  const ofPools = await keyWith(server, allow('*', 'arn:aws:cognito-idp:*:*:userpool/*'))
  assert.equal((await assume(ofPools, 'lister')).status, 403)
  assert.equal((await call({ Action: 'AssumeRole', RoleArn: arnOf('lister'), RoleSessionName: 'x1' })).status, 403)

  const { Events } = await adminOf(server).lookupEvents({ EventName: 'AssumeRole', MaxResults: 10 })
  assert.ok(Events.some(({ ErrorCode }) => ErrorCode === 'AccessDeniedException'))
  assert.ok(Events.some(({ ErrorCode }) => ErrorCode === undefined))
})

test('assumed credentials end with the key, with a change of the policy that allowed them, and by time', async () => {
  const admin = adminOf(server)
  const policy = allow('sts:AssumeRole', arnOf('lister'))
  const first = await keyWith(server, policy)
  const session = await credentialsFrom(assume(first, 'lister'))
  await list(session)
  await admin.deleteAccessKey({ AccessKeyId: first.accessKeyId })
  await assert.rejects(list(session), { name: 'UnrecognizedClientException' })

  const second = await keyWith(server, policy)
  const other = await credentialsFrom(assume(second, 'lister', { DurationSeconds: '900' }))
  await list(other)
  await admin.putRole({ RoleName: second.RoleName, PolicyDocument: JSON.stringify(allow('cognito-idp:ListUsers')) })
  await assert.rejects(list(other), { name: 'UnrecognizedClientException' })

  // A third role is out of reach, and a session can't be made longer by assuming anew.
  await admin.putRole({ RoleName: 'chain', PolicyDocument: JSON.stringify(allow('sts:AssumeRole')) })
  const chained = await credentialsFrom(assume(await keyOf(server, 'chain'), 'chain'))
  assert.equal((await assume(chained, 'lister')).status, 403)
  assert.match((await assume(chained, 'lister', { DurationSeconds: '3601' })).of('Code'), /ValidationError/)
  const unsupported: Record<string, string>[] = [
    { Policy: '{}' },
    { ExternalId: 'x' },
    { SerialNumber: 'x' },
    { 'Tags.member.1.Key': 'a' },
  ]
  for (const more of unsupported) assert.equal((await assume(rootKey, 'lister', more)).of('Code'), 'ValidationError')
  assert.ok(await list(await credentialsFrom(assume(rootKey, 'lister'))))
})

test('a session token of a key has the rights of its role until the key is deleted', async () => {
  const key = await keyWith(server, lister)
  const session = await credentialsFrom(call({ Action: 'GetSessionToken' }, key))
  assert.ok((await list(session)).UserPools)
  assert.equal((await call({ Action: 'GetSessionToken' }, session)).status, 403)
  assert.equal((await call({ Action: 'GetSessionToken' }, rootKey)).status, 403)
  assert.equal((await call({ Action: 'GetSessionToken', TokenCode: '123456' }, key)).of('Code'), 'ValidationError')
  await adminOf(server).deleteAccessKey({ AccessKeyId: key.accessKeyId })
  await assert.rejects(list(session), { name: 'UnrecognizedClientException' })
})

/** An issuer of somebody else, such as that of CI jobs. */
async function startIssuer() {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const next = await generateKeyPair('RS256')
  const state = { keys: [{ ...(await exportJWK(publicKey)), kid: 'a', alg: 'RS256' }], fetched: 0, names: '' }
  const http: Server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.url === '/.well-known/openid-configuration')
      return response.end(JSON.stringify({ issuer: state.names || url, jwks_uri: `${url}/keys` }))
    state.fetched++
    response.end(JSON.stringify({ keys: state.keys }))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const sign = (claims: JWTPayload, { kid = 'a', key = privateKey } = {}) =>
    new SignJWT({ iss: url, aud: 'poolhouse', sub: 'repo:acme/app:ref:main', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid })
      .setExpirationTime(claims.exp ?? '10m')
      .sign(key)
  const turn = async () => {
    state.keys = [{ ...(await exportJWK(next.publicKey)), kid: 'b', alg: 'RS256' }]
  }
  return { url, sign, state, next: next.privateKey, turn, close: () => http.close() }
}

const byToken = (token: string, role = 'ci') =>
  call({ Action: 'AssumeRoleWithWebIdentity', RoleArn: arnOf(role), RoleSessionName: 'job', WebIdentityToken: token })

const trust = (Claims: Record<string, string[]> = { sub: ['repo:acme/*'] }, Audiences = ['poolhouse']) =>
  adminOf(server).putRole({
    RoleName: 'ci',
    PolicyDocument: JSON.stringify(lister),
    TrustedIssuers: [{ Issuer: issuer.url, Audiences, Claims }],
  })

test('a token of an issuer that the role trusts can assume it if it meets the role’s conditions', async () => {
  const { Role } = await trust()
  assert.deepEqual(Role.TrustedIssuers, [
    { Issuer: issuer.url, Audiences: ['poolhouse'], Claims: { sub: ['repo:acme/*'] } },
  ])
  const session = await credentialsFrom(byToken(await issuer.sign({})))
  assert.ok((await list(session)).UserPools)

  const refused: [JWTPayload, string][] = [
    [{ sub: 'repo:evil/app' }, 'AccessDenied'],
    [{ sub: 'REPO:acme/app' }, 'AccessDenied'],
    [{ sub: 'x repo:acme/app' }, 'AccessDenied'],
    [{ aud: 'sts.amazonaws.com' }, 'AccessDenied'],
    [{ exp: Math.floor(Date.now() / 1000) - 60 }, 'ExpiredTokenException'],
    [{ nbf: Math.floor(Date.now() / 1000) + 600 }, 'InvalidIdentityToken'],
    [{ iss: 'https://elsewhere.example' }, 'InvalidIdentityToken'],
    [{ iss: `${issuer.url}/` }, 'InvalidIdentityToken'],
  ]
  for (const [claims, code] of refused)
    assert.equal((await byToken(await issuer.sign(claims))).of('Code'), code, JSON.stringify(claims))
  assert.equal((await byToken(await issuer.sign({}, { key: issuer.next }))).of('Code'), 'InvalidIdentityToken')
  const [head, body] = (await issuer.sign({})).split('.')
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`
  for (const token of [none, `${head}.${body}.`, `${head}.${body}`])
    assert.equal((await byToken(token)).of('Code'), 'InvalidIdentityToken')
  // The role of somebody else trusts nobody.
  assert.equal((await byToken(await issuer.sign({}), 'lister')).of('Code'), 'InvalidIdentityToken')

  const { Events } = await adminOf(server).lookupEvents({ ErrorCode: 'AccessDeniedException' })
  assert.ok(Events.some(({ EventName }) => EventName === 'AssumeRoleWithWebIdentity'))
})

test('every claim that a role names must fit, with no names from the prototype', async () => {
  await trust({ sub: ['repo:acme/*'], ref: ['refs/heads/main', 'refs/tags/v?'] })
  assert.equal((await byToken(await issuer.sign({ ref: 'refs/tags/v1' }))).status, 200)
  assert.equal((await byToken(await issuer.sign({ ref: ['x', 'refs/heads/main'] }))).status, 200)
  assert.equal((await byToken(await issuer.sign({ ref: 'refs/tags/v11' }))).status, 403)
  assert.equal((await byToken(await issuer.sign({ ref: { toString: 'refs/heads/main' } }))).status, 403)
  assert.equal((await byToken(await issuer.sign({}))).status, 403)
  await trust(JSON.parse('{"__proto__":["*"],"constructor":["*"]}'))
  assert.equal((await byToken(await issuer.sign({}))).status, 403)
})

test('credentials end with the next call once the role trusts the issuer no more, or otherwise', async () => {
  await trust()
  const session = await credentialsFrom(byToken(await issuer.sign({})))
  await list(session)
  await trust({ sub: ['repo:acme/other'] })
  await assert.rejects(list(session), { name: 'UnrecognizedClientException' })
  await trust()
  await list(session)
  await adminOf(server).putRole({ RoleName: 'ci', PolicyDocument: JSON.stringify(lister) })
  await assert.rejects(list(session), { name: 'UnrecognizedClientException' })
})

test('keys of an issuer are fetched once, and again for one that is new', async () => {
  await trust()
  const before = issuer.state.fetched
  for (let i = 0; i < 5; i++) assert.equal((await byToken(await issuer.sign({}))).status, 200)
  assert.equal(issuer.state.fetched, before)
  await issuer.turn()
  const token = await issuer.sign({}, { kid: 'b', key: issuer.next })
  server.clock.advance({ seconds: 31 })
  assert.equal((await byToken(token)).status, 200)
  assert.equal(issuer.state.fetched, before + 1)
  // Unknown keys make this server call out no more often than it wants to.
  for (let i = 0; i < 5; i++)
    assert.equal((await byToken(await issuer.sign({}, { kid: 'x' }))).of('Code'), 'InvalidIdentityToken')
  assert.equal(issuer.state.fetched, before + 1)
})

test('an issuer must be reachable by this server, have conditions, and not be one of its own pools', async () => {
  const put = (Issuer: string, Claims: Record<string, string[]>) =>
    adminOf(server).putRole({
      RoleName: 'bad',
      PolicyDocument: JSON.stringify(lister),
      TrustedIssuers: [{ Issuer, Audiences: ['x'], Claims }],
    })
  const invalid = { name: 'InvalidParameterException' }
  await assert.rejects(put('https://ci.example', {}), invalid)
  await assert.rejects(put('ftp://ci.example', { sub: ['x'] }), invalid)
  await assert.rejects(put('https://user:pass@ci.example', { sub: ['x'] }), invalid)
  await assert.rejects(put(`${server.url}/us-east-1_Example01`, { sub: ['x'] }), invalid)
  await put('https://ci.example', { sub: ['x'] })
})
