/** A thread that floods a server from its own address, 256 requests at once, until it is terminated. */
import { Agent, request } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'
import { srpClient } from './srp-client.ts'

export interface FloodTask {
  port: number
  poolId: string
  clientId: string
  username: string
  /** An access token of the pool. */
  token: string
  kind: FloodKind
}

export const floodKinds = [
  'SRP starts',
  'sign-ins',
  'sign-ups',
  'resets',
  'bad signatures',
  'bad tokens',
  'bad client secrets',
  'authorize requests',
] as const
export type FloodKind = (typeof floodKinds)[number]

const concurrency = 256

if (parentPort && workerData) {
  const task = workerData as FloodTask
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency, localAddress: '127.0.0.9' })
  const { A } = srpClient(task.poolId, 'any password')
  let sent = 0
  const statuses = new Map<number, number>()

  const send = () =>
    new Promise<void>((resolve) => {
      const { path, headers, body } = requestOf(task, A, sent++)
      const outgoing = request(
        {
          agent,
          host: '127.0.0.1',
          port: task.port,
          method: body === undefined ? 'GET' : 'POST',
          path,
          headers,
        },
        (answer) => {
          statuses.set(answer.statusCode!, (statuses.get(answer.statusCode!) ?? 0) + 1)
          answer.resume().on('end', resolve).on('error', resolve)
        },
      )
      outgoing.on('error', () => resolve())
      outgoing.end(body)
    })

  let ended = false
  parentPort.once('message', () => {
    ended = true
    agent.destroy()
    parentPort!.postMessage({ sent, statuses: Object.fromEntries(statuses) })
  })
  for (let i = 0; i < concurrency; i++)
    void (async () => {
      while (!ended) await send()
    })()
}

interface Sent {
  path: string
  headers: Record<string, string>
  /** Undefined for GET. */
  body?: string
}

function requestOf(task: FloodTask, A: string, number: number): Sent {
  const { kind, poolId, clientId, username, token } = task
  const ClientId = clientId
  switch (kind) {
    case 'SRP starts':
      return call('InitiateAuth', {
        ClientId,
        AuthFlow: 'USER_SRP_AUTH',
        AuthParameters: { USERNAME: username, SRP_A: A },
      })
    case 'sign-ins':
      return call('InitiateAuth', {
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: `nobody-${number}`, PASSWORD: 'Wrong-1-guess' },
      })
    case 'sign-ups':
      return call('SignUp', {
        ClientId,
        Username: `flood-${process.pid}-${number}`,
        Password: 'Correct-horse-1-battery',
      })
    case 'resets':
      return call('ForgotPassword', { ClientId, Username: username })
    case 'bad signatures':
      return call('ListUserPools', { MaxResults: 1 }, signedBadly())
    case 'bad tokens':
      return call('GetUser', { AccessToken: tampered(token, number) })
    case 'bad client secrets':
      return {
        path: `/${poolId}/oauth2/token`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `grant_type=client_credentials&client_id=${clientId}&client_secret=wrong-${number}`,
      }
    case 'authorize requests':
      return {
        path: `/${poolId}/oauth2/authorize?response_type=code&client_id=${clientId}&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback`,
        headers: { accept: 'text/html' },
      }
  }
}

function call(operation: string, input: object, headers: Record<string, string> = {}): Sent {
  const target = `AWSCognitoIdentityProviderService.${operation}`
  return {
    path: '/',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target, ...headers },
    body: JSON.stringify(input),
  }
}

/** The token with a different signature each time, so that each has to be verified. */
function tampered(token: string, number: number): string {
  const [head, body, signature] = token.split('.')
  const bytes = Buffer.from(signature!, 'base64url')
  bytes.writeUInt32BE(number, 8)
  return `${head}.${body}.${bytes.toString('base64url')}`
}

function signedBadly(): Record<string, string> {
  const date = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
  const scope = `local/${date.slice(0, 8)}/us-east-1/cognito-idp/aws4_request`
  const names = 'host;x-amz-date;x-amz-target'
  return {
    'x-amz-date': date,
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${names}, Signature=${'0'.repeat(64)}`,
  }
}
