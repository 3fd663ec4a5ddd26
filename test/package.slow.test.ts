import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'

const folder = mkdtempSync(join(tmpdir(), 'poolhouse-package-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('the packed package, installed without development dependencies, starts and signs in', async () => {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [packed] = readdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  execFileSync('npm', ['install', '--silent', '--omit=dev', `./${packed}`], { cwd: folder, stdio: 'inherit' })

  const port = 20_000 + Math.floor(Math.random() * 20_000)
  const server = spawn(process.execPath, [join(folder, 'node_modules/poolhouse/bin/poolhouse.js'), 'dev'], {
    cwd: folder,
    env: { ...process.env, POOLHOUSE_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise((resolve) => server.once('exit', resolve))
  try {
    const said = await until(server.stdout, 'Stop it with')
    assert.match(said, /password {3}Poolhouse-demo-1/)
    const cognito = new CognitoIdentityProvider({
      endpoint: `http://localhost:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    })
    const { UserPools } = await cognito.listUserPools({ MaxResults: 1 })
    const UserPoolId = UserPools![0]!.Id!
    const { UserPoolClients } = await cognito.listUserPoolClients({ UserPoolId })
    const { AuthenticationResult } = await cognito.initiateAuth({
      ClientId: UserPoolClients![0]!.ClientId!,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'demo@example.com', PASSWORD: 'Poolhouse-demo-1' },
    })
    assert.ok(AuthenticationResult?.AccessToken)
    const login = /login {6}(\S+)/.exec(said)![1]!
    assert.match(await (await fetch(login, { redirect: 'manual' })).headers.get('location')!, /oauth2\/authorize/)
  } finally {
    server.kill('SIGINT')
    await exited
  }
})

async function until(stream: AsyncIterable<Buffer>, text: string): Promise<string> {
  let said = ''
  for await (const chunk of stream) {
    said += chunk
    if (said.includes(text)) return said
  }
  throw new Error(`The server ended without saying ${text}:\n${said}`)
}
