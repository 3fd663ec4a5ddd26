import { createHash } from 'node:crypto'
import { access, chmod, constants, mkdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { canReach, findServerUser, isRoot, type ServerUser } from './server-user.ts'
import { EmbeddedDatabaseUnavailable } from './unavailable.ts'

/** For state that the server's user could not reach in the clone. */
const systemDirectory = '/var/lib/poolhouse'

export interface Location {
  dataDir: string
  pgdata: string
  /** Absent when we are not root: then the server runs as ourselves. */
  user: ServerUser | undefined
  /** Where the socket was at the first connection: clients know it, so a restarted server uses it again. */
  socketDir?: string
}

/**
 * The folder that really holds the state for `dataDir`, made if need be: the folder itself, or one under
 * /var/lib/poolhouse where we are root and the server's user cannot reach it (a clone under /root, say).
 */
export async function effectiveDataDir(dataDir: string): Promise<string> {
  const wanted = await realPathOf(resolve(dataDir))
  if (!isRoot()) return makeDirectories(wanted, 0o700)

  const aside = join(systemDirectory, shortHash(wanted))
  if (await exists(join(wanted, 'pgdata'))) return wanted
  if (await exists(join(aside, 'pgdata'))) return aside

  const user = await findServerUser(join(wanted, 'pgdata'))
  const reachable = await canReach(user, await nearestExisting(wanted))
  // Other users can reach the server's folder but not list this one; every file beside it has its own mode.
  return makeDirectories(reachable ? wanted : aside, 0o711)
}

export async function locate(dataDir: string): Promise<Location> {
  const effective = await effectiveDataDir(dataDir)
  const pgdata = join(effective, 'pgdata')
  const user = await findServerUser(pgdata)

  await access(effective, constants.W_OK | constants.X_OK).catch(() => {
    throw belongsToAnother(effective)
  })
  if (user && (await exists(pgdata)) && !(await canReach(user, pgdata))) {
    throw new EmbeddedDatabaseUnavailable(
      `the database in ${pgdata} belongs to the user with id ${user.uid}, who can no longer reach that folder`,
    )
  }
  return { dataDir: effective, pgdata, user }
}

export function belongsToAnother(directory: string): Error {
  return new Error(
    `The folder ${directory} belongs to another user of this machine. ` +
      'Start Poolhouse as that user or as root, or set POOLHOUSE_DATA_DIR to another folder.',
  )
}

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** `mkdir -p` whose new folders have exactly this mode, whatever the umask. */
async function makeDirectories(path: string, mode: number): Promise<string> {
  try {
    if (await exists(path)) return path
    await makeDirectories(dirname(path), mode)
    await mkdir(path, { mode }).catch(ignoreExisting)
    await chmod(path, mode)
    return path
  } catch (cause) {
    throw new EmbeddedDatabaseUnavailable(`the folder ${path} cannot be made`, { cause })
  }
}

function ignoreExisting(error: NodeJS.ErrnoException) {
  if (error.code !== 'EEXIST') throw error
}

async function nearestExisting(path: string): Promise<string> {
  return (await exists(path)) ? path : nearestExisting(dirname(path))
}

/** The real path of a folder, however it was reached; it need not exist yet. */
async function realPathOf(path: string): Promise<string> {
  const existing = await realpath(path).catch(() => undefined)
  return existing ?? join(await realPathOf(dirname(path)), basename(path))
}
