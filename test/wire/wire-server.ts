/** The wire alone, on a port of its own: no database, a few handlers, and what it logged. */
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import Koa from 'koa'
import { pino } from 'pino'
import type { Config } from '../../src/config.ts'
import type { Context } from '../../src/context.ts'
import { Memory } from '../../src/lib/memory.ts'
import type { Handlers } from '../../src/pool/handler.ts'
import { userPools } from '../../src/pool/services.ts'
import { createWire } from '../../src/wire/dispatch.ts'
import type { Answered, WireOptions } from '../../src/wire/wire.ts'

export const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'a secret of some length' }

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  json: Record<string, unknown>
}

export async function startWire(handlers: Handlers, config: Partial<Config> = {}, options: WireOptions = {}) {
  const logged: string[] = []
  const answered: Answered[] = []
  const undeclared: string[] = []
  const ctx = {
    config: {
      mode: 'serve',
      region: 'us-east-1',
      accountId: '123456789012',
      credentials: [credentials],
      publicUrl: 'http://localhost:9500',
      domainSuffix: 'auth.localhost',
      ...config,
    },
    clock: { now: () => new Date(0) },
    log: pino({ level: 'info' }, { write: (line: string) => logged.push(line) }),
    memory: new Memory(),
  } as unknown as Context

  const app = new Koa()
  app.silent = true
  app.use(
    createWire(ctx, [userPools(handlers)], {
      onAnswered: (call) => answered.push(call),
      onUndeclaredError: (operation, error) => undeclared.push(`${operation} ${error.type}`),
      ...options,
    }),
  )
  const server = createServer(app.callback())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  const client = (settings: ConstructorParameters<typeof CognitoIdentityProviderClient>[0] = {}) =>
    new CognitoIdentityProviderClient({
      endpoint: `http://localhost:${port}`,
      region: 'us-east-1',
      credentials,
      maxAttempts: 1,
      ...settings,
    })

  /** A call as it is on the wire; `target` is the name of an operation, or the whole header when it has a dot. */
  function call(
    target: string | undefined,
    body: string | Buffer,
    headers: Record<string, string> = {},
    method = 'POST',
  ) {
    return new Promise<Answer>((resolve, reject) => {
      const req = request(
        {
          port,
          host: '127.0.0.1',
          method,
          path: '/',
          headers: {
            'content-type': 'application/x-amz-json-1.1',
            ...(target && {
              'x-amz-target': target.includes('.') ? target : `AWSCognitoIdentityProviderService.${target}`,
            }),
            ...headers,
          },
        },
        (res) => {
          const chunks: Buffer[] = []
          res.on('data', (chunk) => chunks.push(chunk))
          res.on('end', () => {
            const text = Buffer.concat(chunks).toString()
            const json = text.startsWith('{') ? JSON.parse(text) : {}
            resolve({ status: res.statusCode!, headers: res.headers, text, json })
          })
        },
      )
      req.on('error', reject)
      req.end(body)
    })
  }

  return {
    port,
    logged,
    answered,
    undeclared,
    client,
    call,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  }
}
