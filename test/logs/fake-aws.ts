import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createVerifier } from '../support/verifier.ts'

export interface Taken {
  service: string
  /** The operation, or the path of an object. */
  what: string
  body: string
}

export interface FakeAws {
  url: string
  taken: Taken[]
  /** Answers in the place of the usual one: a status and a body, by what was asked; undefined lets it pass. */
  answer: (call: Taken) => { status: number; body: string } | undefined
  close(): Promise<void>
}

export const keys = { accessKeyId: 'AKIDEXPORT', secretAccessKey: 'a-secret-of-the-log-export' }

/** CloudWatch Logs, Firehose and S3 as far as they take records. Calls whose signature is wrong are refused. */
export async function startFakeAws(region = 'us-east-1'): Promise<FakeAws> {
  const verifiers = Object.fromEntries(
    ['logs', 'firehose', 's3'].map((service) => [service, createVerifier({ credentials: [keys], region, service })]),
  )
  const fake: FakeAws = { url: '', taken: [], answer: () => undefined, close: async () => {} }
  const http = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const service = /\/([a-z0-9]+)\/aws4_request/.exec(req.headers.authorization ?? '')?.[1] ?? ''
    const target = String(req.headers['x-amz-target'] ?? '').split('.')[1]
    const what = target ?? `${req.method} ${req.url!.split('?')[0]}`
    try {
      const { method, url, headers } = req
      verifiers[service]!({ method: method!, url: url!, host: headers.host!, headers, body }, Date.now())
    } catch (error) {
      res.writeHead(403, { 'x-amzn-errortype': 'SignatureDoesNotMatch' }).end(String(error))
      return
    }
    const call = { service, what, body: body.toString() }
    const other = fake.answer(call)
    if (!other) fake.taken.push(call)
    const usual = service === 'firehose' ? { FailedPutCount: 0, RequestResponses: [] } : {}
    res.writeHead(other?.status ?? 200, {
      'content-type': service === 's3' ? 'application/xml' : 'application/x-amz-json-1.1',
    })
    res.end(other?.body ?? (service === 's3' ? '' : JSON.stringify(usual)))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  fake.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  fake.close = async () => {
    await new Promise((resolve) => http.close(resolve).closeAllConnections())
  }
  return fake
}
