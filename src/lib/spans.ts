import { AsyncLocalStorage } from 'node:async_hooks'

export type SpanAttributes = Record<string, string | number | boolean | undefined>
export type SpanKind = 'internal' | 'server' | 'client' | 'consumer'

/** A unit of work in a trace. Names and attributes are exported: they contain neither secrets nor personal data. */
export interface Span {
  begin(name: string, kind?: SpanKind, attributes?: SpanAttributes): Span
  set(attributes: SpanAttributes): void
  end(failure?: Failure): void
  /** The headers with which another server joins the trace: `traceparent`, and `tracestate` if there is one. */
  headers(): Record<string, string>
}

export interface Failure {
  type: string
  /** Not called for an expected refusal. */
  isFault: boolean
}

/** The current span. Always empty in a server that does not trace. */
const current = new AsyncLocalStorage<Span>()

export const currentSpan = (): Span | undefined => current.getStore()

/** Runs work inside an existing span. The caller ends it. */
export const within = <T>(span: Span, work: () => T): T => current.run(span, work)

/** Runs work in a child of the current span; without tracing, just runs it. */
export function spanned<T>(
  name: string,
  work: (span: Span | undefined) => Promise<T>,
  kind?: SpanKind,
  attributes?: SpanAttributes,
): Promise<T> {
  const parent = current.getStore()
  return parent ? finish(parent.begin(name, kind, attributes), work) : work(undefined)
}

/** Runs work inside this span, and ends it. */
export async function finish<T>(span: Span, work: (span: Span) => Promise<T>): Promise<T> {
  try {
    const result = await current.run(span, () => work(span))
    span.end()
    return result
  } catch (error) {
    span.end(failureOf(error))
    throw error
  }
}

/** The type of an error, never its message. An error with a `type` answers a client: it is a refusal, not a fault. */
export function failureOf(error: unknown): Failure {
  const { type, code, name } = (error ?? {}) as { type?: unknown; code?: unknown; name?: unknown }
  if (typeof type === 'string') return { type, isFault: false }
  return { type: typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown', isFault: true }
}
