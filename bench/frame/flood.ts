/** A thread that floods a server from an address of its own, 256 requests at once, until it is ended. */
import { Agent, request } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'
import { srpClient } from './srp-client.ts'

export interface FloodTask {
  port: number
  poolId: string
  clientId: string
  username: string
  kind: FloodKind
}

export const floodKinds = ['SRP starts', 'sign-ins', 'sign-ups', 'resets', 'bad signatures'] as const
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
      const [operation, input] = callOf(task, A, sent++)
      const outgoing = request(
        {
          agent,
          host: '127.0.0.1',
          port: task.port,
          method: 'POST',
          path: '/',
          headers: {
            'content-type': 'application/x-amz-json-1.1',
            'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
            ...(task.kind === 'bad signatures' && signedBadly()),
          },
        },
        (answer) => {
          statuses.set(answer.statusCode!, (statuses.get(answer.statusCode!) ?? 0) + 1)
          answer.resume().on('end', resolve).on('error', resolve)
        },
      )
      outgoing.on('error', () => resolve())
      outgoing.end(JSON.stringify(input))
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

function callOf({ kind, clientId, username }: FloodTask, A: string, number: number): [string, object] {
  const ClientId = clientId
  switch (kind) {
    case 'SRP starts':
      return ['InitiateAuth', { ClientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters: { USERNAME: username, SRP_A: A } }]
    case 'sign-ins':
      return [
        'InitiateAuth',
        {
          ClientId,
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: `nobody-${number}`, PASSWORD: 'Wrong-1-guess' },
        },
      ]
    case 'sign-ups':
      return ['SignUp', { ClientId, Username: `flood-${process.pid}-${number}`, Password: 'Correct-horse-1-battery' }]
    case 'resets':
      return ['ForgotPassword', { ClientId, Username: username }]
    case 'bad signatures':
      return ['ListUserPools', { MaxResults: 1 }]
  }
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
