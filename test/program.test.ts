import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { connect } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  buildClient,
  CommitmentPolicy,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from '@aws-crypto/client-node'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { freePort } from '../bench/frame/server.ts'
import { buildProgram } from '../scripts/build.ts'
import { type MailServer, startMailServer } from './faults/mail-server.ts'
import { createSamlIdp, readRedirect } from './federation/saml-idp.ts'
import { createBrowser } from './oauth/browser.ts'
import { Authenticator, type CreationOptions } from './passkeys/authenticator.ts'
import { newMaker } from './passkeys/maker.ts'
import { type PoolhouseProcess, poolhouseProcess, sleep } from './support/poolhouse-process.ts'

// In the repository, whose libraries it finds as an installed package finds its own.
const program = fileURLToPath(new URL('artefacts/program/', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'poolhouse-program-'))
const senderKey = { name: 'arn:aws:kms:us-east-1:000000000000:key/codes', bytes: randomBytes(32) }

let mail: MailServer
let tlsPort: number
let poolhouse: PoolhouseProcess
let cognito: CognitoIdentityProvider

before(async () => {
  await buildProgram(program)
  // As root the database runs as another user, who has to get through.
  await chmod(home, 0o711)
  mkdirSync(join(home, 'triggers'))
  writeFileSync(
    join(home, 'triggers/welcome.mjs'),
    `export const handler = async (event) => ({ ...event, response: { autoConfirmUser: true } })`,
  )
  writeFileSync(
    join(home, 'triggers/sender.mjs'),
    `import { writeFileSync } from 'node:fs'
    export const handler = async ({ request }) => writeFileSync('${home}/triggers/code', request.code)`,
  )
  mail = await startMailServer()
  tlsPort = await freePort()
  const env = {
    POOLHOUSE_SMTP_URL: mail.url,
    POOLHOUSE_TLS_PORT: String(tlsPort),
    POOLHOUSE_TRIGGERS_DIR: join(home, 'triggers'),
    POOLHOUSE_SENDER_KEYS: JSON.stringify({ [senderKey.name]: senderKey.bytes.toString('base64') }),
  }
  poolhouse = await poolhouseProcess(join(home, 'data'), env, join(program, 'src/main.js'))
  await poolhouse.start()
  cognito = new CognitoIdentityProvider({
    endpoint: poolhouse.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
})
after(async () => {
  cognito?.destroy()
  await poolhouse?.stop()
  await mail?.close()
  for (const folder of [home, program]) rmSync(folder, { recursive: true, force: true })
})

test('the built program shows its pages, styles and the demo app', async () => {
  const { UserPool } = await cognito.createUserPool({ PoolName: 'pages' })
  const callback = 'http://localhost:3000/'
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId: UserPool!.Id,
    ClientName: 'app',
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: [callback],
  })
  const request = new URLSearchParams({
    client_id: UserPoolClient!.ClientId!,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: callback,
  })
  const browser = createBrowser()
  const form = await browser.follow(`${poolhouse.url}/${UserPool!.Id}/oauth2/authorize?${request}`, ({ pathname }) =>
    pathname.endsWith('/login'),
  )
  const page = await (await browser.get(form.href)).text()
  assert.match(page, /<input[^>]+name="password"/)
  const [, style] = /<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"/.exec(page)!
  assert.equal((await fetch(new URL(style!, poolhouse.url))).status, 200)

  assert.match(await (await fetch(`${poolhouse.url}/_poolhouse/demo/`)).text(), /<html/)
  assert.equal((await fetch(`${poolhouse.url}/_poolhouse/demo/oidc-client-ts.js`)).status, 200)
})

test('the built program has the console, compressed and cached for ever', async () => {
  const page = await (await fetch(`${poolhouse.url}/console/`)).text()
  for (const [path] of page.matchAll(/\/console\/assets\/[\w.-]+/g)) {
    const compressed = await fetch(poolhouse.url + path, { headers: { 'accept-encoding': 'br' } })
    assert.equal(compressed.status, 200, path)
    assert.equal(compressed.headers.get('content-encoding'), 'br')
    assert.match(compressed.headers.get('cache-control')!, /immutable/)
    const plain = await fetch(poolhouse.url + path, { headers: { 'accept-encoding': 'identity' } })
    assert.equal(plain.headers.get('content-encoding'), null)
    assert.equal(await plain.text(), await compressed.text())
  }
})

test('the built program runs functions in threads of their own', async () => {
  const { UserPool } = await cognito.createUserPool({
    PoolName: 'functions',
    LambdaConfig: { PreSignUp: 'arn:aws:lambda:us-east-1:000000000000:function:welcome' },
  })
  const { UserPoolClient } = await cognito.createUserPoolClient({ UserPoolId: UserPool!.Id, ClientName: 'app' })
  const signedUp = await cognito.signUp({
    ClientId: UserPoolClient!.ClientId,
    Username: 'ann',
    Password: 'Correct-horse-1',
  })
  assert.equal(signedUp.UserConfirmed, true)
})

test('the built program encrypts codes for a sender function with the libraries that it contains', async () => {
  const { UserPool } = await cognito.createUserPool({
    PoolName: 'senders',
    AutoVerifiedAttributes: ['email'],
    LambdaConfig: {
      KMSKeyID: senderKey.name,
      CustomEmailSender: { LambdaArn: 'arn:aws:lambda:us-east-1:000000000000:function:sender', LambdaVersion: 'V1_0' },
    },
  })
  const { UserPoolClient } = await cognito.createUserPoolClient({ UserPoolId: UserPool!.Id, ClientName: 'app' })
  const { ClientId } = UserPoolClient!
  const email = { Name: 'email', Value: 'bea@example.com' }
  await cognito.signUp({ ClientId, Username: 'bea', Password: 'Correct-horse-1', UserAttributes: [email] })
  const keyring = new RawAesKeyringNode({
    keyName: senderKey.name,
    keyNamespace: 'poolhouse',
    unencryptedMasterKey: Uint8Array.from(senderKey.bytes),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  })
  const encrypted = Buffer.from(await fileText(join(home, 'triggers/code')), 'base64')
  const { decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT)
  const ConfirmationCode = (await decrypt(keyring, encrypted)).plaintext.toString()
  await cognito.confirmSignUp({ ClientId, Username: 'bea', ConfirmationCode })
})

test('the built program sends mail, and shows a certificate of its own', async () => {
  const { UserPool } = await cognito.createUserPool({ PoolName: 'mail', AutoVerifiedAttributes: ['email'] })
  const { UserPoolClient } = await cognito.createUserPoolClient({ UserPoolId: UserPool!.Id, ClientName: 'app' })
  const email = { Name: 'email', Value: 'cem@example.com' }
  const { ClientId } = UserPoolClient!
  await cognito.signUp({ ClientId, Username: 'cem', Password: 'Correct-horse-1', UserAttributes: [email] })
  for (let waited = 0; mail.messages.length === 0 && waited < 5000; waited += 20) await sleep(20)
  const [{ to, code: ConfirmationCode }] = mail.messages as [MailServer['messages'][number]]
  assert.equal(to, email.Value)
  await cognito.confirmSignUp({ ClientId, Username: 'cem', ConfirmationCode })

  const socket = connect({ port: tlsPort, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const certificate = socket.getPeerX509Certificate()!
  socket.destroy()
  assert.match(certificate.subjectAltName!, /DNS:localhost/)
})

test('the built program registers a passkey with a statement of its maker, and signs in with it', async () => {
  const { UserPool } = await cognito.createUserPool({
    PoolName: 'passkeys',
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
  })
  const UserPoolId = UserPool!.Id
  await cognito.setUserPoolMfaConfig({ UserPoolId, WebAuthnConfiguration: { RelyingPartyId: 'example.com' } })
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  const { ClientId } = UserPoolClient!
  const [USERNAME, PASSWORD] = ['dee', 'Correct-horse-1']
  await cognito.adminCreateUser({ UserPoolId, Username: USERNAME, MessageAction: 'SUPPRESS' })
  await cognito.adminSetUserPassword({ UserPoolId, Username: USERNAME, Password: PASSWORD, Permanent: true })
  const { AuthenticationResult } = await cognito.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD },
  })
  const { AccessToken } = AuthenticationResult!

  const authenticator = new Authenticator('https://app.example.com', { attestation: 'packed', maker: newMaker() })
  const { CredentialCreationOptions } = await cognito.startWebAuthnRegistration({ AccessToken })
  const made = authenticator.create(CredentialCreationOptions as unknown as CreationOptions)
  await cognito.completeWebAuthnRegistration({ AccessToken, Credential: made })

  const { ChallengeName, ChallengeParameters, Session } = await cognito.initiateAuth({
    ClientId,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME, PREFERRED_CHALLENGE: 'WEB_AUTHN' },
  })
  const proof = authenticator.get(JSON.parse(ChallengeParameters!.CREDENTIAL_REQUEST_OPTIONS!))
  const signedIn = await cognito.respondToAuthChallenge({
    ClientId,
    ChallengeName,
    Session,
    ChallengeResponses: { USERNAME, CREDENTIAL: JSON.stringify(proof) },
  })
  assert.ok(signedIn.AuthenticationResult?.AccessToken)
})

test('the built program signs in through a SAML provider', async () => {
  const { UserPool } = await cognito.createUserPool({ PoolName: 'saml' })
  const UserPoolId = UserPool!.Id!
  const idp = createSamlIdp()
  await cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Corp',
    ProviderType: 'SAML',
    ProviderDetails: { MetadataFile: idp.metadata() },
    AttributeMapping: { email: 'mail' },
  })
  const callback = 'https://app.example.com/callback'
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    SupportedIdentityProviders: ['Corp'],
    CallbackURLs: [callback],
  })
  const client_id = UserPoolClient!.ClientId!
  const request = new URLSearchParams({ client_id, response_type: 'code', scope: 'openid', redirect_uri: callback })
  const browser = createBrowser()
  const atProvider = ({ origin }: URL) => origin === 'https://idp.example.com'
  const departure = await browser.follow(`${poolhouse.url}/${UserPoolId}/oauth2/authorize?${request}`, atProvider)
  const { id, message, relayState } = readRedirect(departure)
  const acs = /AssertionConsumerServiceURL="([^"]*)"/.exec(message)![1]!
  const audience = `urn:amazon:cognito:sp:${UserPoolId}`
  const SAMLResponse = idp.answer({ acs, audience, inResponseTo: id, attributes: { mail: 'ann@corp.example' } })
  const parked = await createBrowser().post(acs, { SAMLResponse, RelayState: relayState })
  const pickUp = new URL(parked.headers.get('location')!, acs).href
  const end = await browser.follow(pickUp, ({ href }) => href.startsWith(callback))
  assert.ok(end.searchParams.get('code'), end.search)
})

test('every part of the built program can be loaded, the AWS clients among them', async () => {
  const load = `
    import { glob } from 'node:fs/promises'
    let clients = 0
    for await (const file of glob('src/parts/*.js')) {
      const part = await import(process.cwd() + '/' + file)
      clients += Object.keys(part).filter((name) => /^(SNS|SESv2|Lambda|S3|Firehose|CloudWatchLogs)Client$/.test(name)).length
    }
    console.log(clients)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', load], { cwd: program })
  assert.ok(Number(stdout) >= 6, stdout)
})

test('the built program imports users in a thread of its own', async () => {
  const { UserPool } = await cognito.createUserPool({ PoolName: 'import', AutoVerifiedAttributes: ['email'] })
  const UserPoolId = UserPool!.Id
  const { CSVHeader } = await cognito.getCSVHeader({ UserPoolId })
  const { UserImportJob } = await cognito.createUserImportJob({
    UserPoolId,
    JobName: 'one',
    CloudWatchLogsRoleArn: 'arn:aws:iam::000000000000:role/import',
  })
  const row: Record<string, string> = {
    'cognito:username': 'kim',
    email: 'kim@example.com',
    email_verified: 'true',
    phone_number_verified: 'false',
    'cognito:mfa_enabled': 'false',
  }
  const body = `${CSVHeader!.join(',')}\n${CSVHeader!.map((name) => row[name] ?? '').join(',')}\n`
  assert.equal((await fetch(UserImportJob!.PreSignedUrl!, { method: 'PUT', body })).status, 200)
  const { JobId } = UserImportJob!
  await cognito.startUserImportJob({ UserPoolId, JobId })
  for (;;) {
    const { UserImportJob: job } = await cognito.describeUserImportJob({ UserPoolId, JobId })
    if (job!.CompletionDate) {
      assert.deepEqual([job!.Status, job!.ImportedUsers], ['Succeeded', 1], job!.CompletionMessage)
      return
    }
    await sleep(50)
  }
})

test('the built program starts again on the folder that it made', async () => {
  await poolhouse.stop()
  await poolhouse.start()
  const { UserPools } = await cognito.listUserPools({ MaxResults: 10 })
  assert.ok(UserPools!.some(({ Name }) => Name === 'import'))
})

async function fileText(path: string): Promise<string> {
  for (let waited = 0; waited < 5000; waited += 20) {
    try {
      const text = readFileSync(path, 'utf8')
      if (text) return text
    } catch {}
    await sleep(20)
  }
  throw new Error(`${path} was not written`)
}
