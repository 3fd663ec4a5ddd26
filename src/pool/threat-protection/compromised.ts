import { hash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { Context } from '../../context.ts'
import { foldCase } from '../../lib/fold.ts'
import { isInRange } from './password-ranges.ts'

/** The passwords that attackers try first, in forms that common policies accept. */
const notorious = new Set(
  [
    'password1!',
    'password12!',
    'password123!',
    'password1234!',
    'password@1',
    'password@12',
    'password@123',
    'p@ssword1',
    'p@ssw0rd',
    'p@ssw0rd1',
    'p@ssw0rd1!',
    'p@ssw0rd123',
    'p@$$w0rd',
    'passw0rd!',
    'passw0rd1!',
    'passw0rd@123',
    'pa$$w0rd',
    'pa$$w0rd1',
    'pass@123',
    'pass@1234',
    'pass@word1',
    'qwerty1!',
    'qwerty12!',
    'qwerty123!',
    'qwerty@123',
    'qwertyuiop1!',
    'qwer1234!',
    '1qaz2wsx!',
    '1qaz@wsx',
    '!qaz2wsx',
    'zaq12wsx!',
    'abc123!!',
    'abcd1234!',
    'abc@1234',
    'abcd@1234',
    'admin123!',
    'admin@123',
    'admin@1234',
    'administrator1!',
    'root@123',
    'test1234!',
    'test@123',
    'test@1234',
    'welcome1!',
    'welcome12!',
    'welcome123!',
    'welcome@1',
    'welcome@123',
    'changeme1!',
    'changeme123!',
    'letmein1!',
    'letmein123!',
    'iloveyou1!',
    'summer2024!',
    'summer2025!',
    'winter2024!',
    'winter2025!',
    'spring2025!',
    'autumn2025!',
    'monkey123!',
    'dragon123!',
    'football1!',
    'baseball1!',
    'sunshine1!',
    'princess1!',
    'superman1!',
    'secret123!',
    'user@123',
    'india@123',
    'company1!',
    'temp1234!',
    'default1!',
  ].map(foldCase),
)

/**
 * Whether a password is compromised: a notorious one, or in the operator's file of SHA-1 hashes (sorted, one to a line,
 * as Have I Been Pwned publishes them), or known to a range service.
 */
export async function isCompromised(ctx: Pick<Context, 'config' | 'log'>, password: string): Promise<boolean> {
  if (notorious.has(foldCase(password))) return true
  const { compromisedPasswordsFile: path, compromisedPasswordsUrl: url } = ctx.config
  if (!path && !url) return false
  const sha1 = hash('sha1', password, 'hex').toUpperCase()
  return (path !== undefined && (await isInFile(ctx, path, sha1))) || (url !== undefined && isInRange(ctx, url, sha1))
}

/** If the file can't be read, nobody is refused. */
async function isInFile({ log }: Pick<Context, 'log'>, path: string, sha1: string): Promise<boolean> {
  try {
    await using file = await open(path)
    return await hasLine(file, sha1)
  } catch (error) {
    log.error({ err: error }, 'the file of compromised passwords could not be read')
    return false
  }
}

const maxLineLength = 128

/** A binary search over the bytes of a sorted file, whatever the length of its lines. */
async function hasLine(file: FileHandle, wanted: string): Promise<boolean> {
  let low = 0
  let high = (await file.stat()).size
  const buffer = Buffer.alloc(2 * maxLineLength)
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const from = Math.max(0, middle - maxLineLength)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from)
    const text = buffer.toString('latin1', 0, bytesRead)
    // The line that the middle is in.
    const start = text.lastIndexOf('\n', middle - from - 1) + 1
    const line = text.slice(start, start + wanted.length).toUpperCase()
    if (line === wanted) return true
    const end = text.indexOf('\n', middle - from)
    if (line < wanted) low = end < 0 ? high : from + end + 1
    else high = from + start
  }
  return false
}
