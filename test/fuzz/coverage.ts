import { type Profiler, Session } from 'node:inspector'

/**
 * What of the program's code ran in a while, block by block, as V8 counts it: for each function that ran, what of it did
 * not. (V8 does not list a block that ran as often as what is around it.)
 */
export type Run = Map<string, Span[]>
type Span = [start: number, end: number]

export interface Coverage {
  /** What has run since the last call. */
  take(): Run
  /** Whether something ran that had not run in any run that was added. */
  isNew(run: Run): boolean
  add(run: Run): void
  stop(): void
}

export function measureCoverage(): Coverage {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  const all: Run = new Map()

  return {
    take: () => runOf(scriptsOf(session)),
    isNew(run) {
      for (const [key, idle] of run) {
        const before = all.get(key)
        if (!before || length(common(before, idle)) < length(before)) return true
      }
      return false
    },
    add(run) {
      for (const [key, idle] of run) all.set(key, common(all.get(key) ?? idle, idle))
    },
    stop: () => session.disconnect(),
  }
}

/** A session of this thread answers before `post` returns. */
function scriptsOf(session: Session): Profiler.ScriptCoverage[] {
  let scripts: Profiler.ScriptCoverage[] = []
  session.post('Profiler.takePreciseCoverage', (error, answer) => {
    if (error) throw error
    scripts = answer.result
  })
  return scripts.filter(({ url }) => url.startsWith('file:'))
}

function runOf(scripts: Profiler.ScriptCoverage[]): Run {
  const run: Run = new Map()
  for (const { scriptId, functions } of scripts) {
    for (const { ranges } of functions) {
      const [whole, ...blocks] = ranges
      if (!whole || whole.count === 0) continue
      const idle = blocks.filter(({ count }) => count === 0).map((block): Span => [block.startOffset, block.endOffset])
      run.set(`${scriptId}:${whole.startOffset}:${whole.endOffset}`, idle)
    }
  }
  return run
}

function common(some: Span[], others: Span[]): Span[] {
  if (some === others) return some
  return some.flatMap(([start, end]) =>
    others.flatMap(([from, to]): Span[] => {
      const span: Span = [Math.max(start, from), Math.min(end, to)]
      return span[0] < span[1] ? [span] : []
    }),
  )
}

const length = (spans: Span[]): number => spans.reduce((sum, [start, end]) => sum + end - start, 0)
