import { AsyncLocalStorage } from 'node:async_hooks'

export type SpanAttributes = Record<string, string | number | boolean | undefined>
export type SpanKind = 'internal' | 'server' | 'client' | 'consumer'

/** A piece of work in a trace. Names and attributes leave the house: they hold no secrets, and say nothing of people. */
export interface Span {
  begin(name: string, kind?: SpanKind, attributes?: SpanAttributes): Span
  set(attributes: SpanAttributes): void
  end(failure?: Failure): void
  /** By which another server takes part in the trace: `traceparent`, and `tracestate` where there is one. */
  headers(): Record<string, string>
}

export interface Failure {
  type: string
  /** A refusal that was called for is none. */
  isFault: boolean
}

/** The span of the work that runs now. Nothing is ever put here in a server that does not trace. */
const current = new AsyncLocalStorage<Span>()

export const currentSpan = (): Span | undefined => current.getStore()

/** Work whose span is the given one. Its end is the caller's. */
export const within = <T>(span: Span, work: () => T): T => current.run(span, work)

/** Does the work as a part of what runs now. Where nothing is traced this is the work alone. */
export function spanned<T>(
  name: string,
  work: (span: Span | undefined) => Promise<T>,
  kind?: SpanKind,
  attributes?: SpanAttributes,
): Promise<T> {
  const parent = current.getStore()
  return parent ? finish(parent.begin(name, kind, attributes), work) : work(undefined)
}

/** Does the work as the given span, and ends it. */
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

/** The type of an error, never its text. What answers a client has a type of its own: it is a refusal. */
export function failureOf(error: unknown): Failure {
  const { type, code, name } = (error ?? {}) as { type?: unknown; code?: unknown; name?: unknown }
  if (typeof type === 'string') return { type, isFault: false }
  return { type: typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown', isFault: true }
}
