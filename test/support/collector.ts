import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CollectedSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  attributes: Record<string, unknown>
  status: { code?: number }
  events?: unknown[]
}

/** What OTLP over HTTP is sent to: keeps every span. */
export interface Collector {
  url: string
  /** The bodies as they came. */
  text(): string
  spans(): CollectedSpan[]
  resources(): Record<string, unknown>[]
  /** Waits for a span. */
  find(matches: (span: CollectedSpan) => boolean): Promise<CollectedSpan>
  close(): Promise<void>
}

type Value = Record<string, unknown>
const attributesOf = (list: { key: string; value: Value }[] = []) =>
  Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]))

export async function startCollector(): Promise<Collector> {
  const bodies: string[] = []
  const server = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    bodies.push(body)
    res.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const groups = () => bodies.flatMap((body) => JSON.parse(body).resourceSpans)
  const spans = (): CollectedSpan[] =>
    groups().flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }: { spans: (CollectedSpan & { attributes: [] })[] }) =>
        spans.map((span) => ({ ...span, attributes: attributesOf(span.attributes) })),
      ),
    )
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    text: () => bodies.join('\n'),
    spans,
    resources: () => groups().map(({ resource }) => attributesOf(resource.attributes)),
    async find(matches) {
      for (let tries = 0; tries < 400; tries++) {
        const found = spans().find(matches)
        if (found) return found
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
      throw new Error(`No such span among ${spans().map(({ name }) => name)}`)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
