import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { exportJWK, importX509 } from 'jose'
import { createForwardedFilter } from '../../src/forwarded.ts'
import { createBrowser } from '../oauth/browser.ts'
import { signInByForm } from '../oauth/login-form.ts'
import { callback, claimsOf } from '../oauth/setup.ts'
import { startTestServer } from '../support/server.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

const header = 'x-ssl-client-cert'
const subject = 'CN=orders,O=Example'

let scene: Scene
let folder: string
let own: string
let other: string
let authority: string
let issued: string
let namesake: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certificates-'))
  own = await selfSigned('own', '/CN=app')
  other = await selfSigned('other', '/CN=app')
  authority = await selfSigned('authority', '/CN=Authority')
  await selfSigned('impostor', '/CN=Authority')
  issued = await issuedBy('authority', 'issued')
  namesake = await issuedBy('impostor', 'namesake')
  scene = await startScene({ Profile: 'standard' }, {}, { trustProxy: 1, clientCertificateHeader: header })
})
after(async () => {
  await scene?.server.close()
  await rm(folder, { recursive: true, force: true })
})

const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

async function selfSigned(name: string, subj: string): Promise<string> {
  openssl('req', '-x509', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '2', '-subj', subj)
  return readFile(join(folder, `${name}.pem`), 'utf8')
}

async function issuedBy(ca: string, name: string): Promise<string> {
  openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', '/O=Example/CN=orders')
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    '-CA',
    `${ca}.pem`,
    '-CAkey',
    `${ca}.key`,
    '-CAcreateserial',
    '-out',
    `${name}.pem`,
    '-days',
    '2',
  )
  return readFile(join(folder, `${name}.pem`), 'utf8')
}

const thumbprint = (pem: string) => createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url')
/** As nginx sends it. */
const shown = (pem: string) => ({ [header]: encodeURIComponent(pem) })

async function clientWith(extensions: object) {
  return scene.client({ GenerateSecret: true }, extensions)
}
const keysOf = async (pem: string) => ({
  keys: [await exportJWK(await importX509(pem, 'ES256', { extractable: true }))],
})
const ownClient = async () =>
  clientWith({
    TokenEndpointAuthMethod: 'self_signed_tls_client_auth',
    Jwks: await keysOf(own),
    CertificateBoundAccessTokens: true,
  })

async function codeOf(id: string): Promise<Record<string, string>> {
  const query = { client_id: id, redirect_uri: callback, response_type: 'code', scope: 'openid email' }
  const at = await signInByForm(createBrowser(), new URL(authorizeUrl(scene, query)), credentials)
  return { grant_type: 'authorization_code', code: at.searchParams.get('code')!, redirect_uri: callback, client_id: id }
}

async function ask(form: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${scene.base}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers,
  })
  return { status: response.status, body: (await response.json()) as Record<string, string> }
}

const userInfo = async (token: string, headers: Record<string, string> = {}) =>
  (await fetch(`${scene.base}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}`, ...headers } })).status

test('an app signs in by its own certificate, and its tokens are good with that one alone', async () => {
  const app = await ownClient()
  const { status, body } = await ask(await codeOf(app.id), shown(own))
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.token_type, 'Bearer')
  assert.deepEqual(claimsOf(body.access_token!).cnf, { 'x5t#S256': thumbprint(own) })
  assert.equal(await userInfo(body.access_token!, shown(own)), 200)
  assert.equal(await userInfo(body.access_token!), 401)
  assert.equal(await userInfo(body.access_token!, shown(other)), 401)

  const renewed = await ask(
    { grant_type: 'refresh_token', refresh_token: body.refresh_token!, client_id: app.id },
    shown(own),
  )
  assert.deepEqual(claimsOf(renewed.body.access_token!).cnf, { 'x5t#S256': thumbprint(own) })
})

test('the JSON API takes a bound token with its certificate alone', async () => {
  const app = await scene.client(
    { GenerateSecret: true, AllowedOAuthScopes: ['openid', 'aws.cognito.signin.user.admin'] },
    {
      TokenEndpointAuthMethod: 'self_signed_tls_client_auth',
      Jwks: await keysOf(own),
      CertificateBoundAccessTokens: true,
    },
  )
  const query = {
    client_id: app.id,
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid aws.cognito.signin.user.admin',
  }
  const at = await signInByForm(createBrowser(), new URL(authorizeUrl(scene, query)), credentials)
  const code = {
    grant_type: 'authorization_code',
    code: at.searchParams.get('code')!,
    redirect_uri: callback,
    client_id: app.id,
  }
  const { body } = await ask(code, shown(own))
  const getUser = async (headers: Record<string, string>) => {
    const target = {
      'x-amz-target': 'AWSCognitoIdentityProviderService.GetUser',
      'content-type': 'application/x-amz-json-1.1',
    }
    const AccessToken = body.access_token
    const response = await fetch(scene.server.url, {
      method: 'POST',
      headers: { ...target, ...headers },
      body: JSON.stringify({ AccessToken }),
    })
    return response.status
  }
  assert.equal(await getUser(shown(own)), 200)
  assert.equal(await getUser({}), 400)
  assert.equal(await getUser(shown(other)), 400)
})

test('without the certificate, or with another, a secret does not help', async () => {
  const app = await ownClient()
  const form = { grant_type: 'refresh_token', refresh_token: 'x', client_id: app.id }
  for (const headers of [{}, shown(other), { [header]: 'garbage' }, { [header]: '%E0%A4%A' }])
    assert.equal((await ask(form, headers as Record<string, string>)).body.error, 'invalid_client')
  assert.equal((await ask({ ...form, client_secret: app.secret })).body.error, 'invalid_client')
  assert.equal((await ask({ ...form, client_secret: app.secret }, shown(own))).body.error, 'invalid_client')
})

test('a certificate of an authority counts by its name, and a namesake of another authority does not', async () => {
  const app = await clientWith({
    TokenEndpointAuthMethod: 'tls_client_auth',
    TlsClientAuthSubjectDn: subject,
    TlsClientAuthCa: authority,
  })
  const form = { grant_type: 'refresh_token', refresh_token: 'x', client_id: app.id }
  assert.equal((await ask(form, shown(issued))).body.error, 'invalid_grant')
  assert.equal((await ask(form, shown(namesake))).body.error, 'invalid_client')
  assert.equal((await ask(form, shown(own))).body.error, 'invalid_client')
  scene.server.clock.advance({ days: 3 })
  assert.equal((await ask(form, shown(issued))).body.error, 'invalid_client')
  scene.server.clock.advance({ days: -3 })
})

test('another name of the same authority is another client', async () => {
  const app = await clientWith({
    TokenEndpointAuthMethod: 'tls_client_auth',
    TlsClientAuthSubjectDn: 'CN=stock,O=Example',
    TlsClientAuthCa: authority,
  })
  const form = { grant_type: 'refresh_token', refresh_token: 'x', client_id: app.id }
  assert.equal((await ask(form, shown(issued))).body.error, 'invalid_client')
})

test('discovery tells of it where a proxy does it, also where clients can do nothing else', async () => {
  for (const standards of [{ MutualTls: true, ClientIdMetadataDocuments: true }, { Profile: 'standard' }] as const) {
    await scene.standards(standards)
    const metadata = await (await fetch(`${scene.base}/.well-known/openid-configuration`)).json()
    assert.equal(metadata.tls_client_certificate_bound_access_tokens, true)
    const methods = metadata.token_endpoint_auth_methods_supported
    for (const method of ['client_secret_basic', 'tls_client_auth', 'self_signed_tls_client_auth', 'none'])
      assert.ok(methods.includes(method), method)
    assert.equal(methods.includes('private_key_jwt'), 'Profile' in standards)
  }
})

test('a certificate header from a peer that is not the proxy is ignored, whatever its name', () => {
  const value = encodeURIComponent(own)
  const filtered = (trust: number, address: string) => {
    const headers: Record<string, string> = { [header]: value, 'client-cert': ':AAAA:' }
    const request = { headers, socket: { remoteAddress: address } }
    createForwardedFilter(trust, header)(request as unknown as Parameters<ReturnType<typeof createForwardedFilter>>[0])
    return headers['client-cert']
  }
  assert.equal(filtered(0, '203.0.113.7'), undefined)
  assert.equal(filtered(1, '203.0.113.7'), new X509Certificate(own).raw.toString('base64'))
})

test('a document that lacks what its method needs is refused', async () => {
  for (const Standards of [
    { TokenEndpointAuthMethod: 'self_signed_tls_client_auth' },
    { TokenEndpointAuthMethod: 'tls_client_auth', TlsClientAuthSubjectDn: subject },
    { TokenEndpointAuthMethod: 'tls_client_auth', TlsClientAuthSubjectDn: subject, TlsClientAuthCa: 'no certificate' },
  ] as object[])
    await assert.rejects(clientWith(Standards), { name: 'InvalidParameterException' })
})

test('a server that no proxy speaks to tells of none of it', async () => {
  const plain = await startTestServer()
  const { UserPool } = await plain.cognito.createUserPool({ PoolName: 'plain' })
  const metadata = await (await fetch(`${plain.url}/${UserPool!.Id}/.well-known/openid-configuration`)).json()
  assert.equal('tls_client_certificate_bound_access_tokens' in metadata, false)
  await plain.close()
})
