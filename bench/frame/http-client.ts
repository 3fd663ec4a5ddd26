import { createHash, createHmac, hash } from 'node:crypto'
import { Agent, request } from 'node:http'

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

export interface HttpClient {
  send(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer>
  close(): void
}

/** Keep-alive, with as many connections as concurrent requests. */
export function httpClient(port: number): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  return {
    send(method, path, headers, body) {
      return new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
        const outgoing = request(
          { agent, host: '127.0.0.1', port, method, path, headers: { ...headers, ...length } },
          (incoming) => {
            const chunks: Buffer[] = []
            incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
            incoming.on('error', reject)
            incoming.on('end', () =>
              resolve({
                status: incoming.statusCode!,
                headers: incoming.headers,
                body: Buffer.concat(chunks).toString(),
              }),
            )
          },
        )
        outgoing.on('error', reject)
        outgoing.end(body)
      })
    },
    close: () => agent.destroy(),
  }
}

type Json = Record<string, unknown>

export interface CognitoClient extends HttpClient {
  // biome-ignore lint/suspicious/noExplicitAny: a row looks at one or two members of an answer.
  call(operation: string, input: Json): Promise<any>
  /** Headers of a call signed by an administrator. */
  signed(operation: string, body: string): Record<string, string>
  unsigned(operation: string): Record<string, string>
}

const service = 'AWSCognitoIdentityProviderService'
const unsignedOperations =
  /^(InitiateAuth|RespondToAuthChallenge|SignUp|ConfirmSignUp|GetUser|GetTokensFromRefreshToken|RevokeToken|GetClientToken)$/

/** An administrator, who signs calls. */
export interface AccessKey {
  id: string
  secret: string
}

/** The JSON API, by default with the key of development. Not the SDK, which costs ten times what most of the operations do. */
export function cognitoClient(
  port: number,
  { id, secret }: AccessKey = { id: 'local', secret: 'local' },
): CognitoClient {
  const http = httpClient(port)
  const keys = new Map<string, Buffer>()
  const host = `127.0.0.1:${port}`
  const unsigned = (operation: string) => ({
    host,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `${service}.${operation}`,
  })

  function signed(operation: string, body: string) {
    const date = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
    const day = date.slice(0, 8)
    const headers: Record<string, string> = { ...unsigned(operation), 'x-amz-date': date }
    const names = Object.keys(headers).sort()
    const lines = names.map((name) => `${name}:${headers[name]}\n`).join('')
    const canonical = `POST\n/\n\n${lines}\n${names.join(';')}\n${hash('sha256', body)}`
    const scope = `${day}/us-east-1/cognito-idp/aws4_request`
    const digest = createHash('sha256').update(canonical).digest('hex')
    const signature = createHmac('sha256', signingKey(keys, secret, day))
      .update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${digest}`)
      .digest('hex')
    headers.authorization = `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
    return headers
  }

  return {
    ...http,
    signed,
    unsigned,
    async call(operation, input) {
      const body = JSON.stringify(input)
      const headers = unsignedOperations.test(operation) ? unsigned(operation) : signed(operation, body)
      const answer = await http.send('POST', '/', headers, body)
      if (answer.status !== 200) throw new Error(`${operation} answered ${answer.status}: ${answer.body}`)
      return JSON.parse(answer.body)
    },
  }
}

function signingKey(known: Map<string, Buffer>, secret: string, day: string): Buffer {
  let key = known.get(day)
  if (!key) {
    key = Buffer.from(`AWS4${secret}`)
    for (const part of [day, 'us-east-1', 'cognito-idp', 'aws4_request']) {
      key = createHmac('sha256', key).update(part).digest()
    }
    known.set(day, key)
  }
  return key
}
