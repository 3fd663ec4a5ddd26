import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import {
  connectEmbeddedDatabase,
  type EmbeddedDatabase,
  startEmbeddedDatabase,
} from '../../src/store/embedded/index.ts'
import { OtherProcess } from './embedded-process.ts'

const home = mkdtempSync(join(tmpdir(), 'poolhouse-test-'))
const prepared = join(home, 'prepared')
const pools = new Set<postgres.Sql>()
let folders = 0

before(async () => {
  await chmod(home, 0o755)
  const database = await startEmbeddedDatabase({ dataDir: prepared })
  await query(database, 'create table notes (text text)')
  await closePools()
  await database.stop()
})

after(() => rmSync(home, { recursive: true, force: true }))

/** A data folder with a stopped database in it. */
function newFolder(): string {
  const folder = join(home, `folder-${++folders}`)
  execFileSync('cp', ['-Rp', prepared, folder])
  return folder
}

function poolOf({ connection }: Pick<EmbeddedDatabase, 'connection'>) {
  const pool = postgres({ ...connection, max: 2, onnotice: () => {} })
  pools.add(pool)
  return pool
}

const query = (database: Pick<EmbeddedDatabase, 'connection'>, text: string) => poolOf(database).unsafe(text)

async function closePools() {
  await Promise.all([...pools].map((pool) => pool.end({ timeout: 0 })))
  pools.clear()
}

const postmasterPid = (folder: string) =>
  Number(readFileSync(join(folder, 'pgdata/postmaster.pid'), 'utf8').split('\n')[0])
const isRunning = (folder: string) => existsSync(join(folder, 'pgdata/postmaster.pid'))

async function until(condition: () => Promise<boolean>) {
  // Recovery on a busy disk takes its time.
  const deadline = performance.now() + 60_000
  while (performance.now() < deadline) {
    if (await condition().catch(() => false)) return
    await sleep(20)
  }
  assert.fail('it did not happen in a minute')
}

test('a first start makes a database in the C collation that is durable and reached by its socket alone', async () => {
  const folder = join(home, 'first')
  const messages: string[] = []
  const database = await startEmbeddedDatabase({ dataDir: folder, log: (message) => messages.push(message) })
  try {
    const [row] = await query(
      database,
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit,
        current_setting('full_page_writes') as full_page_writes, current_setting('listen_addresses') as addresses,
        current_setting('server_encoding') as encoding, datcollate, datctype, current_database() as name
      from pg_database where datname = current_database()`,
    )
    assert.deepEqual(
      { ...row },
      {
        fsync: 'on',
        synchronous_commit: 'on',
        full_page_writes: 'on',
        addresses: '',
        encoding: 'UTF8',
        datcollate: 'C',
        datctype: 'C',
        name: 'poolhouse',
      },
    )
    const socketFolder = statSync(database.connection.host)
    const server = statSync(database.directory)
    assert.equal(socketFolder.mode & 0o777, 0o700)
    assert.equal(server.mode & 0o777, 0o700)
    assert.equal(socketFolder.uid, server.uid)
    assert.notEqual(server.uid, 0)
    assert.ok(Buffer.byteLength(`${database.connection.host}/.s.PGSQL.5432`) <= 103)
    assert.match(database.version, /^\d+\.\d+$/)
    assert.equal(database.url, `postgres://poolhouse@/poolhouse?host=${encodeURIComponent(database.connection.host)}`)
    assert.equal(messages.at(-1), `PostgreSQL ${database.version} in ${join(folder, 'pgdata')}`)
    // What initdb did not flush is flushed once the server is up.
    await until(async () => !existsSync(join(folder, 'pgdata.unsynced')))
  } finally {
    await closePools()
    await database.stop()
  }
  assert.equal(isRunning(folder), false)
  assert.equal(existsSync(database.connection.host), false)
})

test('what was written is there after a stop and a start', async () => {
  const folder = newFolder()
  const first = await startEmbeddedDatabase({ dataDir: folder })
  await query(first, `insert into notes values ('kept')`)
  await closePools()
  await first.stop()

  const second = await startEmbeddedDatabase({ dataDir: folder })
  assert.deepEqual([...(await query(second, 'select text from notes'))], [{ text: 'kept' }])
  await closePools()
  await second.stop()
})

test('a second Poolhouse on the folder is refused, and the first goes on', async () => {
  const folder = newFolder()
  const first = await startEmbeddedDatabase({ dataDir: folder })
  const second = await new OtherProcess(folder).started
  assert.equal(second.error?.name, 'FolderInUse')
  assert.match(second.error.message, new RegExp(`^Another Poolhouse \\(process ${process.pid}\\) already runs on`))
  assert.match(second.error.message, /POOLHOUSE_DATA_DIR/)

  assert.equal((await query(first, 'select 1')).length, 1)
  await closePools()
  await first.stop()
})

test('of two first starts at once one runs and the other is refused', async () => {
  const folder = join(home, 'at-once')
  const two = [new OtherProcess(folder), new OtherProcess(folder)]
  const outcomes = await Promise.all(two.map(({ started }) => started))
  assert.deepEqual(outcomes.map(({ error }) => error?.name ?? 'runs').sort(), ['FolderInUse', 'runs'])
  await Promise.all(two.map((each) => (each.child.exitCode === null ? each.stop() : undefined)))
  assert.equal(isRunning(folder), false)
})

test('a command connects beside a running Poolhouse and leaves it running', async () => {
  const folder = newFolder()
  const server = await startEmbeddedDatabase({ dataDir: folder })
  const command = await connectEmbeddedDatabase({ dataDir: folder })
  assert.deepEqual(command.connection, server.connection)
  await command.stop()
  await query(server, 'select 1')
  await closePools()
  await server.stop()
  assert.equal(isRunning(folder), false)
})

test('a command without a running Poolhouse has a server for its own time', async () => {
  const folder = newFolder()
  const command = await connectEmbeddedDatabase({ dataDir: folder })
  await query(command, 'select 1')
  await closePools()
  await command.stop()
  assert.equal(isRunning(folder), false)
})

test('a Poolhouse that starts during a command takes its server over, and the last one out stops it', async () => {
  const folder = newFolder()
  const command = await connectEmbeddedDatabase({ dataDir: folder })
  const server = await startEmbeddedDatabase({ dataDir: folder })
  await command.stop()
  await query(server, 'select 1')

  const another = await connectEmbeddedDatabase({ dataDir: folder })
  await server.stop()
  assert.equal(isRunning(folder), true)
  await closePools()
  await another.stop()
  assert.equal(isRunning(folder), false)
})

test('the server of a killed Poolhouse is adopted with all that was committed', async () => {
  const folder = newFolder()
  const killed = new OtherProcess(folder)
  await query(await killed.started, `insert into notes values ('committed')`)
  const left = postmasterPid(folder)
  await killed.kill()

  const database = await startEmbeddedDatabase({ dataDir: folder })
  assert.equal(postmasterPid(folder), left)
  assert.deepEqual([...(await query(database, 'select text from notes'))], [{ text: 'committed' }])

  await closePools()
  await database.stop()
  assert.equal(isRunning(folder), false)
})

test('a server that was adopted is restarted too when it is killed', async () => {
  const folder = newFolder()
  const killed = new OtherProcess(folder)
  await killed.started
  await killed.kill()
  const database = await startEmbeddedDatabase({ dataDir: folder })

  const before = postmasterPid(folder)
  process.kill(before, 'SIGKILL')
  await until(async () => (await query(database, 'select 1')).length === 1 && postmasterPid(folder) !== before)
  await closePools()
  await database.stop()
})

test('a killed postmaster is restarted, pools reconnect, and the folder is still ours', async () => {
  const folder = newFolder()
  const messages: string[] = []
  const database = await startEmbeddedDatabase({ dataDir: folder, log: (message) => messages.push(message) })
  const pool = poolOf(database)
  await pool`insert into notes values ('committed')`

  for (let round = 0; round < 2; round++) {
    const killed = postmasterPid(folder)
    process.kill(killed, 'SIGKILL')
    await until(async () => (await pool`select 1`).length === 1 && postmasterPid(folder) !== killed)
    // A pool may be let in before we have our locks again.
    await until(async () => messages.filter((message) => message === 'PostgreSQL is back').length === round + 1)
  }
  assert.deepEqual([...(await pool`select text from notes`)], [{ text: 'committed' }])
  assert.equal((await new OtherProcess(folder).started).error?.name, 'FolderInUse')

  await closePools()
  await database.stop()
  assert.equal(isRunning(folder), false)
})

test('a postmaster that is killed again on its way back is restarted, and the folder is still ours', async () => {
  const folder = newFolder()
  const messages: string[] = []
  const database = await startEmbeddedDatabase({ dataDir: folder, log: (message) => messages.push(message) })

  let killed = 0
  for (let kills = 0; kills < 4; kills++) {
    await until(async () => postmasterPid(folder) > 1 && postmasterPid(folder) !== killed)
    killed = postmasterPid(folder)
    process.kill(killed, 'SIGKILL')
  }
  await until(async () => postmasterPid(folder) !== killed && messages.at(-1) === 'PostgreSQL is back')
  assert.equal((await query(database, 'select 1')).length, 1)
  assert.equal((await new OtherProcess(folder).started).error?.name, 'FolderInUse')

  await closePools()
  await database.stop()
  assert.equal(isRunning(folder), false)
})

test('a server that was killed together with its Poolhouse recovers at the next start', async () => {
  const folder = newFolder()
  const killed = new OtherProcess(folder)
  await query(await killed.started, `insert into notes values ('committed')`)
  await closePools()
  process.kill(killed.child.pid!, 'SIGSTOP')
  process.kill(postmasterPid(folder), 'SIGKILL')
  await killed.kill()

  const database = await startEmbeddedDatabase({ dataDir: folder })
  assert.deepEqual([...(await query(database, 'select text from notes'))], [{ text: 'committed' }])
  await closePools()
  await database.stop()
})

test('lock files that a killed server had made and not yet filled do not keep the next one from starting', async () => {
  const folder = newFolder()
  const killed = new OtherProcess(folder)
  const { connection } = await killed.started
  process.kill(killed.child.pid!, 'SIGSTOP')
  process.kill(postmasterPid(folder), 'SIGKILL')
  await killed.kill()
  for (const file of [join(folder, 'pgdata/postmaster.pid'), join(connection.host, '.s.PGSQL.5432.lock')])
    truncateSync(file)

  const database = await startEmbeddedDatabase({ dataDir: folder })
  assert.equal((await query(database, 'select 1')).length, 1)
  await closePools()
  await database.stop()
})

test('a pid file that names some other process does not keep the server from starting', async () => {
  const folder = newFolder()
  const other = new OtherProcess(join(folder, 'elsewhere'))
  writeFileSync(
    join(folder, 'pgdata/postmaster.pid'),
    `${other.child.pid}\n${folder}/pgdata\n1\n5432\n/nowhere\n\n0 0\n`,
  )

  const database = await startEmbeddedDatabase({ dataDir: folder })
  await database.stop()
  await other.started
  await other.stop()
})

test('a folder that another major version made is refused with the way to move', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'pgdata/PG_VERSION'), '12\n')
  await assert.rejects(startEmbeddedDatabase({ dataDir: folder }), /made by PostgreSQL 12.*pg_dump.*pg_restore/s)
  await assert.rejects(connectEmbeddedDatabase({ dataDir: folder }), /made by PostgreSQL 12/)
  assert.equal(isRunning(folder), false)
})

test('a server that cannot start says why at once', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'pgdata/postgresql.conf'), 'shared_buffers = nonsense\n')
  await assert.rejects(startEmbeddedDatabase({ dataDir: folder }), /does not start: .*configuration file/s)
})

test('a socket folder that is another user’s link is skipped', async () => {
  const folder = newFolder()
  const first = await startEmbeddedDatabase({ dataDir: folder })
  await first.stop()
  symlinkSync(home, first.connection.host)

  const second = await startEmbeddedDatabase({ dataDir: folder })
  assert.equal(second.connection.host, `${first.connection.host}-1`)
  await second.stop()
  rmSync(first.connection.host)
})

test('PGPORT and its like in the environment change nothing', async () => {
  const folder = newFolder()
  Object.assign(process.env, {
    PGPORT: '1',
    PGDATABASE: 'other',
    PGUSER: 'other',
    PGDATA: '/nowhere',
    PGSSL: 'require',
  })
  try {
    const database = await startEmbeddedDatabase({ dataDir: folder })
    await database.stop()
    assert.equal(database.connection.port, 5432)
  } finally {
    for (const name of ['PGPORT', 'PGDATABASE', 'PGUSER', 'PGDATA', 'PGSSL']) delete process.env[name]
  }
})
