import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** Process figures from the kernel. Linux only: elsewhere there is no cheap way to count reaped children. */
export function requireLinux(): void {
  if (process.platform !== 'linux') throw new Error('The measurements read /proc, so they run on Linux alone.')
}

interface Stat {
  pid: number
  parent: number
  name: string
  ticks: number
}

/** CLK_TCK, which Linux shows to programs as 100 on every architecture that Node runs on. */
const ticksPerSecond = 100

/** CPU seconds, user and system, of a process, its descendants, and children that have ended. */
export function cpuSeconds(roots: number[]): number {
  return tree(roots).reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond
}

/** The database server among the descendants of a Poolhouse. */
export function findPostmaster(server: number): number | undefined {
  return tree([server]).find(({ name, parent }) => name === 'postgres' && parent === server)?.pid
}

/**
 * Bytes of memory that these processes use: private pages, pages that they share with each other (counted once), and
 * the files they have mapped (in full, whether or not other programs have mapped them too).
 */
export function memory(roots: number[]): number {
  let own = 0
  const files = new Map<string, number>()
  for (const { pid } of tree(roots)) {
    for (const { file, resident, proportional, anonymous } of mappings(pid)) {
      // Pages of a private mapping that were written to are the process's own.
      own += file ? anonymous : proportional
      if (file) files.set(file, Math.max(files.get(file) ?? 0, resident - anonymous))
    }
  }
  return own + files.values().reduce((sum, bytes) => sum + bytes, 0)
}

/** The cores that this program may use. */
const ownCores = (): number[] =>
  /^Cpus_allowed_list:\s*(.+)$/m
    .exec(readFileSync('/proc/self/status', 'utf8'))![1]!
    .split(',')
    .flatMap((range) => {
      const [first, last = first] = range.split('-').map(Number)
      return Array.from({ length: last! - first! + 1 }, (_, index) => first! + index)
    })

/** While `work` runs, this program and all its descendants have only so many cores. */
export async function onCores<T>(count: number, work: () => Promise<T>): Promise<T> {
  const cores = ownCores()
  if (cores.length < count) throw new Error(`This row needs ${count} cores`)
  allow(cores.slice(0, count))
  try {
    return await work()
  } finally {
    allow(cores)
  }
}

function allow(cores: number[]): void {
  // Each with all its threads. One that ends meanwhile needs no cores.
  for (const { pid } of tree([process.pid]))
    execFileSync(
      'sh',
      ['-c', `taskset --all-tasks --cpu-list --pid ${cores.join(',')} ${pid} || test ! -e /proc/${pid}`],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
}

function tree(roots: number[]): Stat[] {
  const children = new Map<number, Stat[]>()
  const found: Stat[] = []
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? readStat(Number(entry)) : undefined
    if (!stat) continue
    if (roots.includes(stat.pid)) found.push(stat)
    else children.set(stat.parent, [...(children.get(stat.parent) ?? []), stat])
  }
  for (const { pid } of found) found.push(...(children.get(pid) ?? []))
  return found
}

function readStat(pid: number): Stat | undefined {
  const text = read(`/proc/${pid}/stat`)
  if (!text) return undefined
  // The name stands in parentheses and may hold any character.
  const end = text.lastIndexOf(')')
  const fields = text.slice(end + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return { pid, parent: Number(fields[1]), name: text.slice(text.indexOf('(') + 1, end), ticks }
}

function* mappings(pid: number) {
  const [, ...parts] = `\n${read(`/proc/${pid}/smaps`)}`.split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/)
  for (const part of parts) {
    const [, offset, device, path] = /^\S+ \S+ (\S+) (\S+) \d+ *(.*)$/m.exec(part)!
    const bytes = (name: string) => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(part)?.[1] ?? 0) * 1024
    // Shared memory without a file has a path too, of something deleted or without a device.
    const file = path?.startsWith('/') && !/ \(deleted\)$|^\/(dev|memfd|SYSV)/.test(path)
    yield {
      file: file && `${device} ${path} ${offset}`,
      resident: bytes('Rss'),
      proportional: bytes('Pss'),
      anonymous: bytes('Anonymous'),
    }
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It ended between the two reads.
    return undefined
  }
}
