import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { JwtVerifier } from 'aws-jwt-verify'
import { SimpleFetcher } from 'aws-jwt-verify/https'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import { build } from 'esbuild'
import { readConfig } from '../../src/config.ts'
import { certificateNames, developmentCertificate } from '../../src/dev/certificate.ts'
import { listCustomDomains } from '../../src/pool/domains/domain-store.ts'
import { launchChromium } from '../support/chromium.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

// Amplify writes https:// before the domain it is given, whatever it is.
const names = certificateNames(readConfig('dev', {}))
const username = 'ann@example.com'
const password = 'Correct-horse-1'
let folder: string
let pem: string
let authority: string
let server: TestServer
let site: string
let app: Awaited<ReturnType<typeof startApp>>
let poolId: string
let clientId: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poolhouse-tls-'))
  const made = await developmentCertificate(folder, names, new Date())
  pem = made.pem
  authority = await readFile(made.authorityFile, 'utf8')
  app = await startApp()
  server = await startTestServer({ tlsPort: 0 }, { certificate: pem })
  site = `https://localhost:${server.tlsPort}`
  const { UserPool } = await server.cognito.createUserPool({ PoolName: 'https', UsernameAttributes: ['email'] })
  poolId = UserPool!.Id!
  const { UserPoolClient } = await server.cognito.createUserPoolClient({
    UserPoolId: poolId,
    ClientName: 'app',
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email'],
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: [app.url],
    LogoutURLs: [app.url],
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  clientId = UserPoolClient!.ClientId!
  await server.cognito.adminCreateUser({ UserPoolId: poolId, Username: username, MessageAction: 'SUPPRESS' })
  await server.cognito.adminSetUserPassword({
    UserPoolId: poolId,
    Username: username,
    Password: password,
    Permanent: true,
  })
})
after(async () => {
  await app?.close()
  await server?.close()
  await rm(folder, { recursive: true, force: true })
})

test('https works for clients that trust the authority, and for no others', async () => {
  await assert.rejects(fetch(`${site}/health`))
  setDefaultCACertificates([...getCACertificates('bundled'), authority])
  for (const host of ['localhost', '127.0.0.1'])
    assert.equal((await fetch(`https://${host}:${server.tlsPort}/health`)).status, 200)
})

test('addresses and cookies on the TLS port are those of https, whatever the headers say', async () => {
  const query = new URLSearchParams({ client_id: clientId, response_type: 'code', redirect_uri: app.url })
  const claimed: Record<string, string>[] = [{}, { 'X-Forwarded-Proto': 'http', 'X-Forwarded-Host': 'evil.example' }]
  for (const headers of claimed) {
    const response = await fetch(`${site}/${poolId}/oauth2/authorize?${query}`, { headers, redirect: 'manual' })
    const location = new URL(response.headers.get('location')!, site)
    assert.equal(location.origin, site)
    const cookies = response.headers.getSetCookie()
    assert.ok(cookies.length > 0)
    for (const cookie of cookies) assert.match(cookie, /^__Secure-.*; secure/i)
  }
  // The plain listener does not become https by a header.
  const plain = await fetch(`http://127.0.0.1:${server.port}/${poolId}/oauth2/authorize?${query}`, {
    headers: { 'X-Forwarded-Proto': 'https' },
    redirect: 'manual',
  })
  for (const cookie of plain.headers.getSetCookie()) assert.doesNotMatch(cookie, /secure/i)
})

test("Amplify's signInWithRedirect signs in in a browser, and aws-jwt-verify verifies what it got over https", async () => {
  const browser = await launchChromium([`--ignore-certificate-errors-spki-list=${fingerprintOf(pem)}`])
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(10_000)
    const settings = { poolId, clientId, endpoint: server.url, domain: `localhost:${server.tlsPort}/${poolId}` }
    await page.addInitScript(`globalThis.settings = ${JSON.stringify(settings)}`)
    await page.goto(app.url)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(/\/login\?/)
    assert.equal(new URL(page.url()).origin, site)
    await page.locator('input[name=username]').fill(username)
    await page.locator('input[name=password]').fill(password)
    await page.locator('input[name=password]').press('Enter')
    await page.locator('#token').waitFor({ state: 'attached' })
    assert.equal(new URL(page.url()).origin, new URL(app.url).origin)
    const token = (await page.locator('#token').textContent())!

    const verifier = JwtVerifier.create(
      { issuer: `${server.url}/${poolId}`, audience: null, jwksUri: `${site}/${poolId}/.well-known/jwks.json` },
      {
        jwksCache: new SimpleJwksCache({
          fetcher: new SimpleFetcher({ defaultRequestOptions: { ca: authority, responseTimeout: 5000 } }),
        }),
      },
    )
    const claims = await verifier.verify(token, { graceSeconds: 5 })
    assert.equal(claims.client_id, clientId)
    const [head, body, signature] = token.split('.')
    const forged = `${head}.${body}.${signature!.startsWith('A') ? 'B' : 'A'}${signature!.slice(1)}`
    await assert.rejects(verifier.verify(forged), /Invalid signature/)

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.locator('#signed-out').waitFor({ state: 'attached' })
  } finally {
    await browser.close()
  }
})

test('the certificate is used until it expires or the names change, and the key that signed it is not stored', async () => {
  const now = new Date()
  assert.equal((await developmentCertificate(folder, names, now)).pem, pem)
  const files = await readdir(join(folder, 'tls'))
  assert.deepEqual(files.sort(), ['ca.pem', 'server.pem'])
  assert.equal((await stat(join(folder, 'tls', 'server.pem'))).mode & 0o077, 0)
  const keys = (await Promise.all(files.map((file) => readFile(join(folder, 'tls', file), 'utf8')))).join('')
  assert.equal(keys.match(/PRIVATE KEY-----\n[^-]+-----END/g)!.length, 1)

  const certificate = new X509Certificate(pem)
  const issuer = new X509Certificate(authority)
  assert.ok(issuer.ca && !certificate.ca && certificate.verify(issuer.publicKey))
  assert.equal(certificate.checkHost('shop.auth.localhost') !== undefined, true)
  assert.equal(certificate.checkHost('example.com'), undefined)

  const later = new Date(now.getTime() + 710 * 86_400_000)
  const renewed = await developmentCertificate(folder, names, later)
  assert.notEqual(renewed.pem, pem)
  const moved = await developmentCertificate(folder, [...names, 'id.example.test'], now)
  assert.ok(new X509Certificate(moved.pem).checkHost('id.example.test'))
})

test('the custom domains of pools are among the names', async () => {
  const Domain = 'login.shop.example'
  await server.cognito.createUserPoolDomain({
    UserPoolId: poolId,
    Domain,
    CustomDomainConfig: { CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/login' },
  })
  const domains = await listCustomDomains(server.ctx.db)
  assert.deepEqual(domains, [Domain])
  const other = await mkdtemp(join(tmpdir(), 'poolhouse-tls-'))
  try {
    const made = await developmentCertificate(other, certificateNames(readConfig('dev', {}), domains), new Date())
    assert.ok(new X509Certificate(made.pem).checkHost(Domain))
  } finally {
    await rm(other, { recursive: true, force: true })
  }
})

const fingerprintOf = (pem: string): string =>
  createHash('sha256')
    .update(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')

/** A page with Amplify in it, as an application has it. */
async function startApp() {
  const { outputFiles } = await build({
    stdin: { contents: application, resolveDir: import.meta.dirname, loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  })
  const script = outputFiles[0]!.text
  const http = createServer((req, res) => {
    const isScript = req.url === '/app.js'
    res.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html')
    res.end(isScript ? script : '<!DOCTYPE html><title>App</title><script type="module" src="/app.js"></script>')
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(http.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve) => http.close(resolve).closeAllConnections()),
  }
}

const application = `
import { Amplify } from 'aws-amplify'
import { fetchAuthSession, signInWithRedirect, signOut } from 'aws-amplify/auth'
import 'aws-amplify/auth/enable-oauth-listener'
import { Hub } from 'aws-amplify/utils'

const { poolId, clientId, endpoint, domain } = globalThis.settings
const home = location.origin + '/'
const element = (tag, content, onclick) => {
  const made = Object.assign(document.createElement(tag), { textContent: content, onclick })
  document.body.append(made)
  return made
}
async function show() {
  const { tokens } = await fetchAuthSession()
  element('p', tokens?.accessToken?.toString() ?? '').id = tokens ? 'token' : 'signed-out'
}
Hub.listen('auth', ({ payload }) => { if (payload.event === 'signInWithRedirect') show() })
Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: poolId,
      userPoolClientId: clientId,
      userPoolEndpoint: endpoint,
      loginWith: {
        oauth: { domain, scopes: ['openid', 'email'], redirectSignIn: [home], redirectSignOut: [home], responseType: 'code' },
      },
    },
  },
})
element('button', 'Sign in', () => signInWithRedirect())
element('button', 'Sign out', () => signOut())
if (!location.search) show()
`
