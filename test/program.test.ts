import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  buildClient,
  CommitmentPolicy,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from '@aws-crypto/client-node'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { buildProgram } from '../scripts/build.ts'
import { createBrowser } from './oauth/browser.ts'
import { type PoolhouseProcess, poolhouseProcess, sleep } from './support/poolhouse-process.ts'

// In the repository, whose libraries it finds as an installed package finds its own.
const program = fileURLToPath(new URL('artefacts/program/', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'poolhouse-program-'))
const senderKey = { name: 'arn:aws:kms:us-east-1:000000000000:key/codes', bytes: randomBytes(32) }

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
  const env = {
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
