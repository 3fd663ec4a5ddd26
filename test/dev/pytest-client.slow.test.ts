import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'

const folder = mkdtempSync(join(tmpdir(), 'poolhouse-pytest-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('the fixture of pytest passes its own tests, installed as a package into a Python of its own', () => {
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, {
      stdio: 'inherit',
      cwd: resolve('clients/pytest'),
      env: {
        ...process.env,
        POOLHOUSE_URL: '',
        POOLHOUSE_COMMAND: `${process.execPath} ${resolve('src/main.ts')} dev`,
      },
    })
  run('python3', '-m', 'venv', folder)
  const python = join(folder, 'bin/python')
  run(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '.', 'boto3')
  run(python, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'tests')
})
