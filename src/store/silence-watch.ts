import { backendOf, type Connection } from './connection.ts'
import type { Outcome, Probe } from './probe.ts'
import { DatabaseUnavailable } from './unavailable.ts'

/** Milliseconds between two checks. A busy process checks late, and must not count that as silence. */
export const checkInterval = 250
/** After so many checks without an answer, the database is asked what it is doing. */
const suspectAfter = 4
/** Milliseconds that an answer may still be on its way after the database has finished a statement. */
const grace = 250

export interface WatchedConnections {
  all: ReadonlySet<Connection>
  unused(): Connection[]
  shared(): Connection | undefined
  lose(connection: Connection): void
  /** The database does not answer. */
  onDown(): void
}

export interface SilenceWatch {
  /** Nothing has answered the last probe. */
  readonly isDown: boolean
  /** To be called every `checkInterval`. */
  check(): void
  /** A statement was answered. */
  onAnswer(): void
  /** @throws DatabaseUnavailable */
  requireAnswer(): Promise<void>
  close(): Promise<void>
}

/**
 * A connection may fall silent: packets vanish, and the socket stays open. When a statement takes long, a probe asks the
 * database, on a connection of its own, whether it is working on that statement. If it is not, the connection is lost. If
 * nothing answers the probe, the database is down until something does.
 */
export function createSilenceWatch(
  probe: Probe,
  connections: WatchedConnections,
  options: { backendsAreKnown: boolean; statement?: number },
): SilenceWatch {
  let probing: Promise<Outcome> | undefined
  let down = false
  let closed = false
  /** Set while somebody waits for the next answer to any statement. */
  let nextAnswer: PromiseWithResolvers<void> | undefined

  /** Callers that ask at the same time share one probe. */
  function ask(suspects: Connection[]): Promise<Outcome> {
    probing ??= probe.ask(suspects.flatMap((suspect) => backendOf(suspect) ?? [])).then((outcome) => {
      probing = undefined
      if (!outcome.answered) goDown()
      else down = false
      return outcome
    })
    return probing
  }

  async function judge(suspects: Connection[]): Promise<void> {
    if (probing || closed) return
    const suspected = suspects.map((connection) => ({ connection, statement: [...connection.pending][0] }))
    const { answered, working } = await ask(suspects)
    if (!answered) return
    await new Promise((resolve) => setTimeout(resolve, grace))
    // Reads that wait behind a slow statement are sent again, on other connections.
    const shared = connections.shared()
    if (shared && shared.quiet >= suspectAfter) connections.lose(shared)
    const silent = suspected.filter(
      ({ connection, statement }) => statement && connection.pending.has(statement) && isSilent(connection, working),
    )
    if (silent.length === 0) return
    // Unused connections went over the same network, and are most likely silent too.
    for (const connection of [...connections.unused(), ...silent.map((one) => one.connection)])
      connections.lose(connection)
  }

  function isSilent(connection: Connection, working: Set<number>): boolean {
    const backend = backendOf(connection)
    // Still connecting, which has a time limit of its own.
    if (backend === undefined) return false
    if (options.backendsAreKnown) return !working.has(backend)
    return connection.quiet * checkInterval > (options.statement ?? Number.POSITIVE_INFINITY)
  }

  function goDown(): void {
    down = true
    connections.onDown()
    for (const connection of [...connections.all])
      if (connection.quiet >= suspectAfter || connections.unused().includes(connection)) connections.lose(connection)
  }

  return {
    get isDown() {
      return down
    },
    check() {
      for (const connection of connections.all) if (connection.pending.size > 0) connection.quiet++
      const suspects = [...connections.all].filter(({ quiet }) => quiet >= suspectAfter)
      if (suspects.length > 0 || down) judge(suspects)
    },
    onAnswer() {
      nextAnswer?.resolve()
      nextAnswer = undefined
    },
    async requireAnswer() {
      if (down) throw new DatabaseUnavailable('The database does not answer')
      // While statements are under way, the answer to one of them may come before that of the probe.
      nextAnswer ??= Promise.withResolvers()
      const outcome = await Promise.race([ask([]), nextAnswer.promise])
      if (outcome && !outcome.answered) throw new DatabaseUnavailable('The database does not answer', outcome.error)
    },
    close() {
      closed = true
      return probe.close()
    },
  }
}
