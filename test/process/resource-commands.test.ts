import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'node:querystring'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SMTPServer } from 'smtp-server'
import { client } from '../../src/cli/client.ts'
import { group } from '../../src/cli/group.ts'
import { logs } from '../../src/cli/logs.ts'
import { mail } from '../../src/cli/mail.ts'
import { pool } from '../../src/cli/pool.ts'
import { user } from '../../src/cli/user.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'poolhouse-commands-'))
const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

let server: TestServer
before(async () => {
  server = await startTestServer({}, { jobs: false })
  process.env.POOLHOUSE_PUBLIC_URL = server.url
})
after(async () => {
  delete process.env.POOLHOUSE_PUBLIC_URL
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function output(command: typeof pool, ...args: string[]): Promise<string> {
  const lines: string[] = []
  await command(args, (text) => lines.push(text))
  return lines.join('\n')
}
const json = async (command: typeof pool, ...args: string[]) => JSON.parse(await output(command, ...args, '--json'))

test('a pool is made, listed, shown by its name and deleted, once it is said twice', async () => {
  const { Id } = await json(pool, 'create', 'shop')
  assert.match(await output(pool, 'list'), new RegExp(`${Id} +shop`))
  const shown = await json(pool, 'show', 'shop')
  assert.deepEqual([shown.Id, shown.UsernameAttributes], [Id, ['email']])
  const settings = join(folder, 'pool.json')
  writeFileSync(settings, JSON.stringify({ MfaConfiguration: 'OFF', AliasAttributes: ['email'] }))
  const other = await json(pool, 'create', 'by-file', '--settings', settings)
  assert.deepEqual((await json(pool, 'show', other.Id)).AliasAttributes, ['email'])
  await assert.rejects(output(pool, 'delete', 'by-file'), { name: 'UsageError', message: /--yes/ })
  assert.match(await output(pool, 'delete', 'by-file', '--yes'), /is deleted/)
  assert.ok(!(await output(pool, 'list')).includes('by-file'))
})

test('a second factor is asked for and taken back in a pool, whose other factors stay', async () => {
  const { Id: UserPoolId } = await json(pool, 'create', 'factors')
  const config = () => server.cognito.getUserPoolMfaConfig({ UserPoolId })
  await server.cognito.setUserPoolMfaConfig({
    UserPoolId,
    WebAuthnConfiguration: { RelyingPartyId: 'localhost', UserVerification: 'required' },
  })
  assert.match(await output(pool, 'mfa', 'factors', 'required'), /^A second factor is required in us-east-1_/)
  const { MfaConfiguration, SoftwareTokenMfaConfiguration, WebAuthnConfiguration } = await config()
  assert.deepEqual(
    [MfaConfiguration, SoftwareTokenMfaConfiguration?.Enabled, WebAuthnConfiguration?.RelyingPartyId],
    ['ON', true, 'localhost'],
  )
  for (const [when, expected] of [
    ['optional', 'OPTIONAL'],
    ['off', 'OFF'],
  ] as const) {
    await output(pool, 'mfa', 'factors', when)
    assert.equal((await config()).MfaConfiguration, expected)
  }
  await assert.rejects(output(pool, 'mfa', 'factors', 'on'), { message: /off, optional or required, not on\./ })
  await output(pool, 'delete', 'factors', '--yes')
})

test('the settings that a client prints are those of an app that signs in', async () => {
  const made = await json(client, 'create', 'web', '--pool', 'shop', '--callback', 'http://localhost:3000/', '--secret')
  const text = await output(client, 'env', 'web', '--pool', 'shop')
  const env = Object.fromEntries(text.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2)))
  assert.equal(env.COGNITO_CLIENT_ID, made.ClientId)
  assert.equal(env.COGNITO_CLIENT_SECRET, made.ClientSecret)
  assert.equal(env.OIDC_REDIRECT_URI, 'http://localhost:3000/')
  const discovery = await fetch(`${env.OIDC_ISSUER}/.well-known/openid-configuration`)
  assert.equal(((await discovery.json()) as { issuer: string }).issuer, env.OIDC_ISSUER)

  const outputs = JSON.parse(await output(client, 'env', 'web', '--pool', 'shop', '--format', 'amplify'))
  assert.equal(outputs.auth.user_pool_client_id, made.ClientId)
  assert.deepEqual(outputs.auth.oauth.redirect_sign_in_uri, ['http://localhost:3000/'])
  const page = await fetch(
    `http://${outputs.auth.oauth.domain}/oauth2/authorize?client_id=${made.ClientId}&response_type=code&scope=openid&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2F`,
    { redirect: 'manual' },
  )
  assert.ok(page.status < 400, String(page.status))
  assert.equal(parse(page.headers.get('location')!.split('?')[1]!).error, undefined)
})

test('a machine client gets its token with the secret that was printed', async () => {
  const UserPoolId = (await json(pool, 'show', 'shop')).Id
  await server.cognito.createResourceServer({
    UserPoolId,
    Identifier: 'orders',
    Name: 'orders',
    Scopes: [{ ScopeName: 'read', ScopeDescription: 'read' }],
  })
  const args = ['create', 'robot', '--pool', 'shop', '--machine', '--scope', 'orders/read']
  const { ClientId, ClientSecret } = await json(client, ...args)
  const answer = await fetch(`${server.url}/${UserPoolId}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${ClientId}:${ClientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders/read' }),
  })
  assert.equal(answer.status, 200)
  await assert.rejects(output(client, 'create', 'x', '--machine', '--pool', 'shop'), { name: 'UsageError' })
})

test('a user is made, found, shown, changed, disabled and deleted', async () => {
  const at = ['--pool', 'shop']
  await output(user, 'create', 'ann@example.com', '--attribute', 'email=ann@example.com', '--no-message', ...at)
  assert.match(await output(user, 'list', ...at), /FORCE_CHANGE_PASSWORD +true +ann@example\.com/)
  assert.equal((await json(user, 'list', '--filter', 'email ^= "bob"', ...at)).length, 0)
  await output(user, 'password', 'ann@example.com', '--password', 'Correct-horse-1', ...at)
  await output(user, 'set', 'ann@example.com', '--attribute', 'name=Ann = An', ...at)
  await output(group, 'create', 'staff', '--precedence', '3', ...at)
  await output(group, 'add', 'staff', 'ann@example.com', ...at)
  const shown = await json(user, 'show', 'ann@example.com', ...at)
  assert.deepEqual([shown.UserStatus, shown.name, shown.Groups], ['CONFIRMED', 'Ann = An', 'staff'])
  assert.deepEqual((await json(group, 'show', 'staff', ...at)).Members, [shown.Username])
  await output(user, 'disable', 'ann@example.com', ...at)
  assert.equal((await json(user, 'show', 'ann@example.com', ...at)).Enabled, false)
  await assert.rejects(output(user, 'delete', 'ann@example.com', ...at), { name: 'UsageError' })
  await output(user, 'delete', 'ann@example.com', '--yes', ...at)
  await assert.rejects(output(user, 'show', 'ann@example.com', ...at), {
    name: 'StartError',
    message: 'UserNotFoundException: User does not exist.',
  })
  await output(group, 'delete', 'staff', '--yes', ...at)
  assert.equal(await output(group, 'list', ...at), 'There is nothing.')
})

test('an attribute of a user can steer no terminal', async () => {
  const at = ['--pool', 'shop']
  const evil = 'a\u001b]0;owned\u0007\u202eb'
  await output(
    user,
    'create',
    'eve@example.com',
    '--attribute',
    `email=eve@example.com`,
    '--attribute',
    `name=${evil}`,
    '--no-message',
    ...at,
  )
  const shown = await output(user, 'show', 'eve@example.com', ...at)
  assert.ok(shown.includes('a\\u001b]0;owned\\u0007\\u202eb'), shown)
  assert.ok(!/\p{Cc}|\u202e/u.test(shown.replaceAll('\n', '')))
})

test('a pool that is not named is asked for where there are several', async () => {
  await output(pool, 'create', 'second')
  await assert.rejects(output(user, 'list'), { name: 'StartError', message: /by --pool:\n(.|\n)*shop/ })
  await assert.rejects(output(user, 'list', '--pool', 'none'), { message: /There is no pool of the name none/ })
  await output(pool, 'delete', 'second', '--yes')
})

test('actions of administrators are printed as lines, or as CloudTrail records', async () => {
  const lines: string[] = []
  await logs([], { print: (line) => lines.push(line) })
  assert.ok(
    lines.some((line) => /Z {2}DeleteUserPool +arn:aws:iam::000000000000:user\/local/.test(line)),
    lines.join('\n'),
  )
  const records: string[] = []
  await logs(['--json'], { print: (line) => records.push(line) })
  assert.ok(records.map((line) => JSON.parse(line)).some(({ eventName }) => eventName === 'CreateUserPoolClient'))
})

test('a test mail is sent by the configured server, and a refusal is reported', async () => {
  const taken: string[] = []
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _, done) => (address.startsWith('no') ? done(new Error('nobody here')) : done()),
    onData(stream, _, done) {
      stream.on('data', (part) => taken.push(String(part))).on('end', done)
    },
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
  process.env.POOLHOUSE_SMTP_URL = `smtp://127.0.0.1:${(smtp.server.address() as { port: number }).port}`
  try {
    assert.match(await output(mail, 'test', 'ops@example.com'), /was taken by the mail server/)
    assert.match(taken.join(''), /Subject: A test mail of Poolhouse/)
    await assert.rejects(output(mail, 'test', 'nobody@example.com'), { name: 'StartError', message: /was not sent: / })
  } finally {
    delete process.env.POOLHOUSE_SMTP_URL
    await new Promise<void>((resolve) => smtp.close(() => resolve()))
  }
  await assert.rejects(output(mail, 'test', 'ops@example.com'), { message: /no mail server is configured/ })
})

test('a wrong option names the nearest, and ends with 2', async () => {
  await assert.rejects(output(user, 'list', '--pol', 'shop'), { message: /no option --pol; did you mean --pool\?/ })
  const failed = await promisify(execFile)(process.execPath, [program, 'user', 'lst']).catch((error) => error)
  assert.equal(failed.code, 2)
  assert.match(failed.stderr, /poolhouse user list/)
})

test('an app client that there is not is refused with those that there are, and a foreign key is named', async () => {
  await json(pool, 'create', 'refusals')
  const { ClientId } = await json(client, 'create', 'known', '--pool', 'refusals')
  await assert.rejects(output(client, 'env', 'unknown', '--pool', 'refusals'), {
    message: new RegExp(`^There is no app client unknown in us-east-1_\\w+\\.\n  ${ClientId}  known$`),
  })
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' })
  try {
    await assert.rejects(output(pool, 'list'), { message: /signed with AWS_ACCESS_KEY_ID of the environment\.$/ })
  } finally {
    delete process.env.AWS_ACCESS_KEY_ID
    delete process.env.AWS_SECRET_ACCESS_KEY
  }
  await output(pool, 'delete', 'refusals', '--yes')
})

test('a server that does not answer is said in a sentence', async () => {
  process.env.POOLHOUSE_PUBLIC_URL = 'http://127.0.0.1:9'
  try {
    await assert.rejects(output(pool, 'list'), {
      name: 'StartError',
      message: /^No server answers at http.*: .+\. POOLHOUSE_PUBLIC_URL names another one\.$/,
    })
  } finally {
    process.env.POOLHOUSE_PUBLIC_URL = server.url
  }
})

test('a shell that loads the completion completes commands and what they take', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'completion', 'bash'])
  const script = `${stdout}
    COMP_WORDS=(poolhouse us); COMP_CWORD=1; _poolhouse; echo "\${COMPREPLY[*]}"
    COMP_WORDS=(poolhouse user s); COMP_CWORD=2; _poolhouse; echo "\${COMPREPLY[*]}"
    COMP_WORDS=(poolhouse client create --ca); COMP_CWORD=3; _poolhouse; echo "\${COMPREPLY[*]}"`
  const completed = await promisify(execFile)('bash', ['-c', script])
  assert.deepEqual(completed.stdout.trim().split('\n'), ['user', 'show set sign-out', '--callback'])
})
