import { chmod, lstat, mkdir, readFile, rename, symlink } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'

/**
 * Creates the missing links in the package or, if that is read-only, in another folder; returns the environment with
 * which the binaries find them. Two processes may do this at once: a link that exists already is as good.
 */
export async function linkLibraries(native: string, aside: string): Promise<NodeJS.ProcessEnv> {
  const links = await readLinks(native)
  const missing = (await Promise.all(links.map(async (link) => ((await isThere(link.path)) ? [] : [link])))).flat()
  if (missing.length === 0) return {}

  try {
    for (const link of missing) await makeLink(relative(dirname(link.path), link.library), link.path)
    return {}
  } catch (error) {
    if (!isReadOnly(error)) throw error
  }

  await mkdir(aside, { recursive: true })
  await chmod(aside, 0o755)
  for (const link of links) await replaceLink(link.library, join(aside, basename(link.path)))
  // A library found aside looks for its own neighbours there too, so theirs is named as well.
  return {
    [process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH']: `${aside}:${join(native, 'lib')}`,
  }
}

/** The package lists its links in reverse: `source` is the library, `target` the name it is also known by. */
async function readLinks(native: string): Promise<{ library: string; path: string }[]> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const listed: { source: string; target: string }[] = JSON.parse(text)
  const inNative = (path: string) => join(native, relative('native', path))
  return listed.map(({ source, target }) => ({ library: inNative(source), path: inNative(target) }))
}

async function makeLink(target: string, path: string) {
  await symlink(target, path).catch((error) => {
    if (error.code !== 'EEXIST') throw error
  })
}

/** A folder aside may outlive the place of the clone, so its links are set anew, each in one step. */
async function replaceLink(target: string, path: string) {
  const fresh = `${path}.${process.pid}`
  await makeLink(target, fresh)
  await rename(fresh, path)
}

const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  )

function isReadOnly(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')
}
