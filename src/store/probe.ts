import type { Client, OpenClient } from './client.ts'
import { DatabaseUnavailable } from './unavailable.ts'

export interface Outcome {
  /** Whether the database answered, even if only to say that it has no connection free. */
  answered: boolean
  /** The backends among those asked about that are running a statement. */
  working: Set<number>
  error?: unknown
}

/** Queries the database on a connection apart from those that do its work. */
export interface Probe {
  ask(backends: number[]): Promise<Outcome>
  close(): Promise<void>
}

/** How long an answer may take, in milliseconds, on a reused connection and on a new one. */
const patience = { reused: 750, fresh: 1500 }
const slices = 5

export function createProbe(open: OpenClient): Probe {
  let reused: Client | undefined

  async function attempt(backends: number[], milliseconds: number): Promise<Set<number>> {
    const client = reused ?? (await inTime(milliseconds, connect()))
    reused = client
    try {
      return await inTime(milliseconds, workingOf(client, backends))
    } catch (error) {
      if (reused === client) reused = undefined
      client.destroy()
      throw error
    }
  }

  async function connect(): Promise<Client> {
    const client: Client = await open({
      onClose: () => {
        if (reused === client) reused = undefined
      },
      onUnreplicated: () => {},
    })
    return client
  }

  return {
    async ask(backends) {
      try {
        if (reused) {
          const working = await attempt(backends, patience.reused).catch(() => undefined)
          if (working) return { answered: true, working }
        }
        return { answered: true, working: await attempt(backends, patience.fresh) }
      } catch (error) {
        return { answered: isFull(error), working: new Set(backends), error }
      }
    },
    async close() {
      const client = reused
      reused = undefined
      client?.destroy()
    },
  }
}

async function workingOf({ sql }: Client, backends: number[]): Promise<Set<number>> {
  if (backends.length === 0) {
    await sql.unsafe('select 1')
    return new Set()
  }
  const rows = await sql.unsafe(
    `select pid from pg_stat_activity where state = 'active' and pid = any (string_to_array($1, ',')::integer[])`,
    [backends.join()],
  )
  return new Set(rows.map(({ pid }) => pid as number))
}

/** All allowed connections are in use, so this one is refused while the others go on. */
const isFull = (error: unknown): boolean => (error as { code?: string }).code === '53300'

/** Counts in slices, since a process that was busy for long sees the timer before the answer. */
async function inTime<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  let left = slices
  const timer = setInterval(() => {
    if (--left === 0) late.reject(new DatabaseUnavailable('The database does not answer'))
  }, milliseconds / slices)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearInterval(timer)
    work.catch(() => {})
  }
}
