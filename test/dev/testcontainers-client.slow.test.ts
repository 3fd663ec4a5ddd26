import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'

const folder = mkdtempSync(join(tmpdir(), 'poolhouse-testcontainers-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('the Testcontainers module is built and passes its own tests', () => {
  cpSync('clients/testcontainers', folder, { recursive: true })
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, {
      stdio: 'inherit',
      cwd: folder,
      env: { ...process.env, NODE_TEST_CONTEXT: undefined, POOLHOUSE_HOME: resolve('.') },
    })
  run('npm', 'install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts')
  run('npm', 'run', 'build')
  run('npm', 'test')
})
