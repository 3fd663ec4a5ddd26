import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { createAdmin } from '../../src/admin/index.ts'
import { askBareRead } from '../frame/ask-bare-read.ts'
import { askToken } from '../frame/ask-token.ts'
import { callback } from '../frame/authorize-scene.ts'
import { browser } from '../frame/browser.ts'
import { httpClient } from '../frame/http-client.ts'
import type { Bench } from '../frame/row.ts'
import { makeScene, password, signInAll } from '../frame/scene.ts'
import { throughput } from '../frame/throughput.ts'

const confidential = {
  GenerateSecret: true,
  ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid', 'email'],
  SupportedIdentityProviders: ['COGNITO'],
  CallbackURLs: [callback],
}

/** A pool of the profile `standard`. */
async function makeStandardScene({ cognito, server }: Bench, client: object = {}) {
  const scene = await makeScene(cognito, { client: { ...client } })
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const admin = createAdmin({ endpoint: `http://127.0.0.1:${server.port}`, region: 'us-east-1', credentials })
  await admin.putUserPoolExtensions({ UserPoolId: scene.poolId, Extensions: { Standards: { Profile: 'standard' } } })
  return scene
}

async function secretOf({ cognito }: Bench, { poolId, clientId }: { poolId: string; clientId: string }) {
  const { UserPoolClient } = await cognito.call('DescribeUserPoolClient', { UserPoolId: poolId, ClientId: clientId })
  return UserPoolClient.ClientSecret as string
}

/** A code, by the login page. */
async function codeOf({ cognito, server }: Bench, user: { poolId: string; clientId: string; username: string }) {
  const person = browser(cognito, `127.0.0.1:${server.port}`)
  const query = new URLSearchParams({
    client_id: user.clientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: callback,
  })
  const login = (await person.get(`/${user.poolId}/oauth2/authorize?${query}`)).headers.location as string
  const done = await person.submit(await person.get(login), login, { username: user.username, password })
  const code = new URL(done.headers.location as string, 'http://localhost').searchParams.get('code')
  if (!code) throw new Error(`No code: ${done.status} ${done.headers.location}`)
  return code
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Proofs of one key, with the nonce that the server has last sent. */
function prover() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const header = base64url({ typ: 'dpop+jwt', alg: 'ES256', jwk: publicKey.export({ format: 'jwk' }) })
  return (htu: string, nonce?: string) => {
    const claims = { htm: 'POST', htu, iat: Math.floor(Date.now() / 1000), jti: randomUUID(), nonce }
    const text = `${header}.${base64url(claims)}`
    const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    return `${text}.${signature.toString('base64url')}`
  }
}

const pushed = (client: string, secret: string): string =>
  new URLSearchParams({
    client_id: client,
    client_secret: secret,
    response_type: 'code',
    redirect_uri: callback,
    scope: 'openid email',
    state: 'x',
  }).toString()

const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** What they may cost over the least of their kind: 1.3 times as much, or at most 1.6 times. */
const limits = { goal: 1 / 1.3, must: 1 / 1.6 }

export default [
  throughput({
    name: 'refresh bound by DPoP at /oauth2/token',
    yardstick: 'refresh',
    // The proof is verified as well, and stored as used.
    ...limits,
    async prepare(bench) {
      const { cognito, server } = bench
      const { poolId, clientId, users } = await makeStandardScene(bench, { ...confidential, GenerateSecret: false })
      const path = `/${poolId}/oauth2/token`
      const htu = `http://127.0.0.1:${server.port}${path}`
      const callers = users.map(() => ({ prove: prover(), nonce: undefined as string | undefined, token: '' }))
      const ask = async (caller: (typeof callers)[number], members: Record<string, string>) => {
        for (const _ of [1, 2]) {
          const headers = { ...form, host: `127.0.0.1:${server.port}`, dpop: caller.prove(htu, caller.nonce) }
          const answer = await cognito.send('POST', path, headers, new URLSearchParams(members).toString())
          caller.nonce = (answer.headers['dpop-nonce'] as string | undefined) ?? caller.nonce
          if (answer.status === 200) return JSON.parse(answer.body) as { refresh_token?: string }
          if (!answer.body.includes('use_dpop_nonce')) throw new Error(`${answer.status}: ${answer.body}`)
        }
        throw new Error('The server takes no nonce of its own')
      }
      await Promise.all(
        callers.map(async (caller, index) => {
          const code = await codeOf(bench, { poolId, clientId, username: users[index]!.username })
          const redeemed = { grant_type: 'authorization_code', client_id: clientId, redirect_uri: callback, code }
          caller.token = (await ask(caller, redeemed)).refresh_token!
        }),
      )
      const unbound = await signInAll(cognito, { poolId, clientId, users })
      const refresh = (token: string) => ({ grant_type: 'refresh_token', client_id: clientId, refresh_token: token })
      return {
        operation: (worker) => ask(callers[worker]!, refresh(callers[worker]!.token)),
        yardstick: (worker) => askToken(cognito, poolId, refresh(unbound[worker]!.RefreshToken)),
      }
    },
  }),
  throughput({
    name: 'pushed authorization request',
    yardstick: 'bare-insert',
    withDatabase: true,
    // The client proves itself, and the request is checked like one that comes through a browser.
    ...limits,
    async prepare(bench) {
      const scene = await makeStandardScene(bench, confidential)
      const body = pushed(scene.clientId, await secretOf(bench, scene))
      return async () => {
        const answer = await bench.cognito.send('POST', `/${scene.poolId}/oauth2/par`, form, body)
        if (answer.status !== 201) throw new Error(`${answer.status}: ${answer.body}`)
      }
    },
    askYardstick(_, port) {
      const http = httpClient(port)
      const body = pushed('x'.repeat(26), 'x'.repeat(52))
      return async () => {
        const { status } = await http.send('POST', '/', form, body)
        if (status !== 201) throw new Error(`The yardstick answered ${status}`)
      }
    },
  }),
  throughput({
    name: 'introspection of an access token',
    yardstick: 'bare-read',
    withDatabase: true,
    ...limits,
    async prepare(bench) {
      const scene = await makeStandardScene(bench)
      const tokens = await signInAll(bench.cognito, scene)
      const { UserPoolClient } = await bench.cognito.call('CreateUserPoolClient', {
        UserPoolId: scene.poolId,
        ClientName: 'api',
        GenerateSecret: true,
      })
      const api = { client_id: UserPoolClient.ClientId, client_secret: UserPoolClient.ClientSecret }
      return async (worker) => {
        const body = new URLSearchParams({ ...api, token: tokens[worker]!.AccessToken }).toString()
        const answer = await bench.cognito.send('POST', `/${scene.poolId}/oauth2/introspect`, form, body)
        if (answer.status !== 200 || !answer.body.includes('"active":true')) throw new Error(answer.body)
      }
    },
    askYardstick: (_, port) => askBareRead(port),
  }),
]
