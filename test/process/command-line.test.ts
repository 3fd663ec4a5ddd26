import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import manifest from '../../package.json' with { type: 'json' }

const program = fileURLToPath(new URL('../../bin/poolhouse.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'poolhouse-line-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function run(args: string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
    timeout: 60_000,
  })
}

test('--version prints the version, and --help the commands', () => {
  assert.equal(run(['--version']).stdout, `${manifest.version}\n`)
  assert.match(run(['--help']).stdout, /^poolhouse COMMAND\n[\s\S]* serve /)
  assert.match(run(['serve', '--help']).stdout, /^poolhouse serve\n/)
})

test('an unknown command or option is refused with the nearest known one', () => {
  const refused: [string[], RegExp][] = [
    [['serv'], /^There is no command serv; did you mean serve\?/],
    [
      ['serve', '--port', '80'],
      /^poolhouse serve has no option --port\. The environment variable POOLHOUSE_PORT sets it\. See poolhouse serve --help\.$/m,
    ],
    [['serve', '--no-consol'], /^poolhouse serve has no option --no-consol\. See poolhouse serve --help\.$/m],
    [['serve', 'now'], /^poolhouse serve takes no argument now\. See poolhouse serve --help\.$/m],
    [['constructor'], /^There is no command constructor\./],
  ]
  for (const [args, sentence] of refused) {
    const { status, stderr } = run(args)
    assert.equal(status, 2, stderr)
    assert.match(stderr, sentence)
    assert.doesNotMatch(stderr, /^\s+at /m)
  }
})

test('serve takes --no-console, and goes on to its settings', () => {
  const { status, stderr } = run(['serve', '--no-console'])
  assert.equal(status, 1)
  assert.match(stderr, /DATABASE_URL is not set/)
})

test('migrate without a database to migrate makes none', () => {
  const { status, stderr } = run(['migrate'])
  assert.equal(status, 1)
  assert.match(stderr, /^DATABASE_URL is not set, and \.poolhouse holds no database/)
  assert.ok(!existsSync(join(folder, '.poolhouse')))
})

test('a database that does not answer is named as the problem', () => {
  const { status, stderr } = run(['migrate'], { DATABASE_URL: 'postgres://someone:hidden-word@127.0.0.1:1/none' })
  assert.equal(status, 1)
  assert.match(stderr, /^The database does not answer \(ECONNREFUSED\)\. Is DATABASE_URL the one that is meant\?$/m)
  assert.doesNotMatch(stderr, /hidden-word/)
})

test('a seed file or a folder of functions that is not there is found before a database is made', () => {
  const seed = run(['dev'], { POOLHOUSE_PORT: '0', POOLHOUSE_SEED: 'nothing.json' })
  assert.match(seed.stderr, /^POOLHOUSE_SEED: there is no file nothing\.json\.$/m)
  const triggers = run(['dev'], { POOLHOUSE_PORT: '0', POOLHOUSE_TRIGGERS_DIR: 'nothing' })
  assert.match(triggers.stderr, /^POOLHOUSE_TRIGGERS_DIR: there is no folder nothing\.$/m)
  assert.deepEqual([seed.status, triggers.status], [1, 1])
  assert.ok(!existsSync(join(folder, '.poolhouse')))
})

test('every problem of the settings is reported once, and an unknown variable with the nearest name', () => {
  const problems = run(['serve'], { POOLHOUSE_MASTER_KEY: 'short', POOLHOUSE_PUBLIC_URL: 'https://id.example.com' })
  assert.equal(problems.status, 1)
  assert.equal(problems.stderr.match(/POOLHOUSE_MASTER_KEY/g)?.length, 1, problems.stderr)

  const { stderr } = run(['serve'], {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    POOLHOUSE_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
    POOLHOUSE_PUBLIC_URL: 'https://id.example.com',
    POOLHOUSE_ACCESS_KEY_ID: 'admin',
    POOLHOUSE_SECRET_ACCESS_KEY: 'sixteen-characters',
    POOLHOUSE_PUBLIK_URL: 'https://id.example.com',
  })
  assert.match(stderr, /^POOLHOUSE_PUBLIK_URL is no setting of Poolhouse; did you mean POOLHOUSE_PUBLIC_URL\?$/m)
  assert.match(stderr, /^No way to send mail is set/m)
})

test('a taken port is found before a database is made', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const { status, stderr } = run(['dev'], { POOLHOUSE_PORT: String(port) })
  server.close()
  assert.equal(status, 1)
  assert.match(stderr, new RegExp(`^Port ${port} of 127\\.0\\.0\\.1 is taken`))
  assert.ok(!existsSync(join(folder, '.poolhouse')))
})
