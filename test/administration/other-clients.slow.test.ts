// The AWS CLI and boto3 of this machine, which must have both, as an operator who has signed in with a browser.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { developmentOperator } from '../../src/administration/operators/development-operators.ts'
import { login, logout } from '../../src/cli/login.ts'
import { readSession } from '../../src/cli/operator-session.ts'
import { launchChromium } from '../support/chromium.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const run = promisify(execFile)
const roleArn = 'arn:aws:iam::000000000000:role/administrator'

let server: TestServer
let browser: Browser
let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poolhouse-clients-'))
  ;[server, browser] = await Promise.all([startTestServer(), launchChromium()])
  process.env.POOLHOUSE_PUBLIC_URL = server.url
  process.env.XDG_STATE_HOME = folder
  await signIn()
})
after(async () => {
  delete process.env.POOLHOUSE_PUBLIC_URL
  delete process.env.XDG_STATE_HOME
  await browser?.close()
  await server?.close()
  await rm(folder, { recursive: true })
})

/** By the browser, at the login page; then the ID token of the sign-in is put where SDKs look for it. */
async function signIn(): Promise<void> {
  const { email, password } = developmentOperator
  const page = await browser.newPage()
  let typed = Promise.resolve()
  await login([], {
    print: () => {},
    openBrowser: (url) => {
      typed = (async () => {
        await page.goto(url)
        await page.locator('input[name=username]').fill(email)
        if (!(await page.locator('input[name=password]').isVisible()))
          await page.locator('input[name=username]').press('Enter')
        await page.locator('input[name=password]').fill(password)
        await page.locator('input[name=password]').press('Enter')
        await page.waitForURL(/^http:\/\/127\.0\.0\.1:95\d\d\/callback/)
      })()
    },
  })
  await typed
  const session = await readSession(server.url)
  const { AuthenticationResult } = await server.cognito.initiateAuth({
    ClientId: session!.clientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: session!.refreshToken },
  })
  await writeFile(join(folder, 'id-token'), AuthenticationResult!.IdToken!)
}

const environment = (endpoints: Record<string, string>) => ({
  PATH: process.env.PATH,
  HOME: folder,
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'id-token'),
  AWS_ROLE_ARN: roleArn,
  AWS_ROLE_SESSION_NAME: 'ann',
  AWS_EC2_METADATA_DISABLED: 'true',
  ...endpoints,
})

const waysToSayWhere = {
  'AWS_ENDPOINT_URL alone': () => ({ AWS_ENDPOINT_URL: server.url }),
  'the addresses of the two services': () => ({
    AWS_ENDPOINT_URL_STS: server.url,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: server.url,
  }),
}

for (const [how, endpoints] of Object.entries(waysToSayWhere)) {
  test(`the AWS CLI acts as the operator, configured ${how}`, async () => {
    const aws = async (...args: string[]) =>
      JSON.parse((await run('aws', args, { env: environment(endpoints()) })).stdout)
    const { Arn } = await aws('sts', 'get-caller-identity')
    assert.equal(Arn, 'arn:aws:sts::000000000000:assumed-role/administrator/ann')
    const { UserPools } = await aws('cognito-idp', 'list-user-pools', '--max-results', '10')
    assert.ok(UserPools.some(({ Name }: { Name: string }) => Name === 'operators'))
  })

  test(`boto3 acts as the operator, configured ${how}`, async () => {
    const program = `
import boto3, json
print(json.dumps([boto3.client('sts').get_caller_identity()['Arn'],
  [pool['Name'] for pool in boto3.client('cognito-idp').list_user_pools(MaxResults=10)['UserPools']]]))`
    const { stdout } = await run('python3', ['-c', program], { env: environment(endpoints()) })
    assert.deepEqual(JSON.parse(stdout), ['arn:aws:sts::000000000000:assumed-role/administrator/ann', ['operators']])
  })
}

test('both are refused once the operator has signed out', async () => {
  await logout([], { print: () => {} })
  const env = environment({ AWS_ENDPOINT_URL: server.url })
  await assert.rejects(
    run('aws', ['sts', 'get-caller-identity'], { env }),
    /InvalidIdentityToken|InvalidClientTokenId|AccessDenied/,
  )
  await assert.rejects(
    run('python3', ['-c', `import boto3; boto3.client('sts').get_caller_identity()`], { env }),
    /InvalidIdentityToken|InvalidClientTokenId|AccessDenied/,
  )
})
