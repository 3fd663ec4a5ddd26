import { chmod, chown, lstat, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Location, shortHash } from './location.ts'
import { isRoot } from './server-user.ts'

/** What fits into `sun_path` on every system, without its final NUL and without the name of the socket. */
const maxDirectoryLength = 103 - '/.s.PGSQL.5432'.length

/** Candidate folders for the socket, best first. Later ones are for when another user owns the first. */
export function socketDirectories(location: Location): string[] {
  const name = `poolhouse-${shortHash(location.pgdata)}`
  const names = [name, ...Array.from({ length: 9 }, (_, index) => `${name}-${index + 1}`)]
  const own = join(tmpdir(), name)
  // Root's own temporary folder may be closed to the user that the server runs as.
  const parent = isRoot() || own.length + 2 > maxDirectoryLength ? '/tmp' : tmpdir()
  const derived = names.map((each) => join(parent, each))
  return location.socketDir ? [location.socketDir, ...derived] : derived
}

/** Creates the folder, open to the server's user alone; undefined if another user owns it. */
export async function makeSocketDirectory(location: Location): Promise<string> {
  for (const directory of socketDirectories(location)) {
    await mkdir(directory, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    if (await claim(directory, location)) return directory
  }
  throw new Error(
    `The folders for the database socket, such as ${socketDirectories(location)[0]}, belong to other users`,
  )
}

/** A folder that another user made beforehand could hold a server of theirs, so its owner and mode must be right. */
export async function isOurs(directory: string, location: Location): Promise<boolean> {
  const found = await lstat(directory).catch(() => undefined)
  return !!found?.isDirectory() && found.uid === serverUid(location) && (found.mode & 0o077) === 0
}

async function claim(directory: string, location: Location): Promise<boolean> {
  if (await isOurs(directory, location)) return true

  const found = await lstat(directory).catch(() => undefined)
  // As root we touch only what root made: any other owner could put a link to something else in its place.
  if (!found?.isDirectory() || found.uid !== process.getuid?.()) return false
  await chmod(directory, 0o700)
  if (location.user) await chown(directory, location.user.uid, location.user.gid)
  return true
}

const serverUid = (location: Location) => location.user?.uid ?? process.getuid?.()
