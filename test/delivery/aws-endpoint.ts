import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createVerifier } from '../support/verifier.ts'

export interface Call {
  service: string
  path: string
  body: string
}

export interface AwsStandIn {
  url: string
  calls: Call[]
  /** Status, name and words of the errors that the next calls get. */
  errors: { status: number; name: string; message?: string }[]
  close(): Promise<void>
}

export const keys = { accessKeyId: 'AKIDMESSAGES', secretAccessKey: 'a-secret-of-the-senders' }

/** SES and SNS as far as they take messages. A call whose signature is wrong is refused. */
export async function startAws(region: string): Promise<AwsStandIn> {
  const verifiers = Object.fromEntries(
    ['ses', 'sns'].map((service) => [service, createVerifier({ credentials: [keys], region, service })]),
  )
  const aws: AwsStandIn = { url: '', calls: [], errors: [], close: async () => {} }
  const http = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const { method, url, headers } = req
    const service = /\/([a-z]+)\/aws4_request/.exec(headers.authorization ?? '')?.[1] ?? ''
    const fail = (status: number, name: string, message = '') => {
      const json = service === 'ses'
      res.writeHead(status, { 'content-type': json ? 'application/json' : 'text/xml', 'x-amzn-errortype': name })
      res.end(
        json
          ? JSON.stringify({ message })
          : `<ErrorResponse><Error><Type>Sender</Type><Code>${name}</Code><Message>${message}</Message></Error></ErrorResponse>`,
      )
    }
    try {
      verifiers[service]!({ method: method!, url: url!, host: headers.host!, headers, body }, Date.now())
    } catch {
      return fail(403, 'SignatureDoesNotMatch')
    }
    const error = aws.errors.shift()
    if (error) return fail(error.status, error.name, error.message)
    aws.calls.push({ service, path: url!, body: body.toString() })
    if (service === 'ses')
      return res.writeHead(200, { 'content-type': 'application/json' }).end('{"MessageId":"0100-abc"}')
    res
      .writeHead(200, { 'content-type': 'text/xml' })
      .end('<PublishResponse><PublishResult><MessageId>abc</MessageId></PublishResult></PublishResponse>')
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  aws.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  aws.close = async () => {
    await new Promise((resolve) => http.close(resolve).closeAllConnections())
  }
  return aws
}
