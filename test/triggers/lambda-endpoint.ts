import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An event as a function gets it; what a test looks at differs from trigger to trigger. */
// biome-ignore lint/suspicious/noExplicitAny: events are compared as whole objects
export type Event = any

export type FunctionCode = (event: Event, headers: IncomingHttpHeaders) => unknown

/** What a function throws to answer something else than an event. */
export class Answer {
  readonly status: number
  readonly body: string
  readonly headers: Record<string, string>

  constructor(status: number, body: string, headers: Record<string, string> = {}) {
    this.status = status
    this.body = body
    this.headers = headers
  }
}

export interface LambdaEndpoint {
  url: string
  /** By name. A test puts its functions here. */
  functions: Record<string, FunctionCode>
  /** Every event that arrived, oldest first. */
  calls: { name: string; event: Event }[]
  events(source: string): Event[]
  close(): Promise<void>
}

export const arnOf = (name: string): string => `arn:aws:lambda:us-east-1:000000000000:function:${name}`

export const lambdaKey = { accessKeyId: 'AKIDFUNCTIONS', secretAccessKey: 'a secret of the functions' }

/** The Invoke API as far as triggers need it. It refuses a call that is not rightly signed. */
export async function startLambda(): Promise<LambdaEndpoint> {
  const functions: Record<string, FunctionCode> = {}
  const calls: LambdaEndpoint['calls'] = []
  const server = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    const { status, body: answer, headers } = await invoke(req, body)
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(answer)
  })

  async function invoke(req: IncomingMessage, body: string): Promise<Answer> {
    const name = /^\/2015-03-31\/functions\/([^/?]+)\/invocations/.exec(req.url!)?.[1]
    if (!isSigned(req, body)) return refusal(403, 'InvalidSignatureException')
    const code = name && functions[decodeURIComponent(name)]
    if (!name || !code) return refusal(404, 'ResourceNotFoundException')
    const event = JSON.parse(body)
    calls.push({ name, event: JSON.parse(body) })
    try {
      return new Answer(200, JSON.stringify((await code(event, req.headers)) ?? null))
    } catch (thrown) {
      if (thrown instanceof Answer) return thrown
      const { message, name: errorType } = thrown as Error
      const failure = JSON.stringify({ errorMessage: message, errorType })
      return new Answer(200, failure, { 'x-amz-function-error': 'Unhandled' })
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    functions,
    calls,
    events: (source) => calls.filter(({ event }) => event.triggerSource === source).map(({ event }) => event),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const refusal = (status: number, type: string): Answer =>
  new Answer(status, JSON.stringify({ Type: 'User', Message: type }), { 'x-amzn-errortype': type })

/** By the published algorithm, independently of the SDK that signed. */
function isSigned(req: IncomingMessage, body: string): boolean {
  const header = req.headers.authorization ?? ''
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/((\d{8})\/([^/]+)\/lambda\/aws4_request), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
      header,
    )
  if (!parts) return false
  const [, key, scope, date, region, signedHeaders, signature] = parts as unknown as string[]
  assert.ok(signedHeaders!.split(';').includes('host'))
  const [path, query = ''] = req.url!.split('?')
  const headers = signedHeaders!.split(';').map((name) => `${name}:${String(req.headers[name]).trim()}\n`)
  const canonicalPath = path!.split('/').map(encodeURIComponent).join('/')
  const canonicalQuery = query.split('&').filter(Boolean).sort().join('&')
  const canonical = [req.method, canonicalPath, canonicalQuery, headers.join(''), signedHeaders, sha256(body)].join(
    '\n',
  )
  const toSign = ['AWS4-HMAC-SHA256', req.headers['x-amz-date'], scope, sha256(canonical)].join('\n')
  let secret: Buffer = Buffer.from(`AWS4${lambdaKey.secretAccessKey}`)
  for (const part of [date!, region!, 'lambda', 'aws4_request', toSign])
    secret = createHmac('sha256', secret).update(part).digest()
  return key === lambdaKey.accessKeyId && secret.toString('hex') === signature
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
