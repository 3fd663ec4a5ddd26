import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The master key of a development folder: created once, readable by its owner alone. */
export async function developmentMasterKey(dataDir: string): Promise<Buffer> {
  const file = join(dataDir, 'master-key')
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  try {
    // If two processes start at once, one writes the key and both read it.
    await writeFile(file, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const key = Buffer.from((await readFile(file, 'utf8')).trim(), 'base64')
  if (key.length !== 32) throw new Error(`${file} does not hold a master key of 32 bytes`)
  return key
}
