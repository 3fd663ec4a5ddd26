import assert from 'node:assert/strict'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import * as oidc from 'openid-client'
import type { Scene } from './scene.ts'

export const caep = 'https://schemas.openid.net/secevent/caep/event-type/'
export const risc = 'https://schemas.openid.net/secevent/risc/event-type/'
export const ssf = 'https://schemas.openid.net/secevent/ssf/event-type/'

export interface Event {
  jti: string
  payload: JWTPayload
  type: string
  facts: Record<string, unknown>
}

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: the API under test answers JSON
  body: any
  headers: Headers
}

/** A receiver of security events: what it knows comes from the transmitter's metadata alone. */
export interface Receiver {
  id: string
  secret: string
  token: string
  call(method: string, endpoint: Endpoint, body?: unknown, query?: Record<string, string>): Promise<Answer>
  create(stream?: Record<string, unknown>): Promise<string>
  poll(stream: string, request?: Record<string, unknown>): Promise<Answer & { events: Event[] }>
  verify(token: string): Promise<Event>
}

type Endpoint = 'configuration_endpoint' | 'status_endpoint' | 'verification_endpoint' | URL

export const everyEvent = [
  `${caep}session-revoked`,
  `${caep}credential-change`,
  ...['disabled', 'enabled', 'purged'].map((change) => `${risc}account-${change}`),
]

export async function startReceiver(scene: Scene, scopes = ['ssf.manage', 'ssf.read']): Promise<Receiver> {
  const { id, secret } = await scene.client({
    GenerateSecret: true,
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: scopes,
    CallbackURLs: [],
    LogoutURLs: [],
    ExplicitAuthFlows: [],
  })
  const metadata = await getJson(`${scene.base}/.well-known/ssf-configuration`)
  const config = await oidc.discovery(new URL(metadata.issuer), id, secret, oidc.ClientSecretBasic(secret), {
    execute: [oidc.allowInsecureRequests],
  })
  const { access_token } = await oidc.clientCredentialsGrant(config, { scope: scopes.join(' ') })
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri))

  const receiver: Receiver = {
    id,
    secret,
    token: access_token,
    async call(method, endpoint, body, query = {}) {
      const url = new URL(endpoint instanceof URL ? endpoint : metadata[endpoint])
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
      const headers = { authorization: `Bearer ${receiver.token}`, 'content-type': 'application/json' }
      const response = await fetch(url, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined }
    },
    async create(stream = {}) {
      const { status, body } = await receiver.call('POST', 'configuration_endpoint', {
        events_requested: everyEvent,
        ...stream,
      })
      assert.equal(status, 201, JSON.stringify(body))
      return body.stream_id
    },
    async poll(stream, request = {}) {
      const { body: configuration } = await receiver.call('GET', 'configuration_endpoint', undefined, {
        stream_id: stream,
      })
      const url = new URL(configuration.delivery.endpoint_url)
      const answer = await receiver.call('POST', url, { returnImmediately: true, ...request })
      const sets = Object.entries<string>(answer.body?.sets ?? {})
      const events = await Promise.all(
        sets.map(async ([jti, token]) => {
          const event = await receiver.verify(token)
          assert.equal(event.jti, jti)
          return event
        }),
      )
      return { ...answer, events }
    },
    async verify(token) {
      const { payload } = await jwtVerify(token, keys, { issuer: metadata.issuer, audience: id, typ: 'secevent+jwt' })
      assert.equal(payload.sub, undefined)
      assert.equal(payload.exp, undefined)
      const [[type, facts] = []] = Object.entries(payload.events as Record<string, Record<string, unknown>>)
      return { jti: payload.jti!, payload, type: type!, facts: facts! }
    },
  }
  return receiver
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of the server under test
export const getJson = async (url: string): Promise<any> => {
  const response = await fetch(url)
  assert.equal(response.status, 200, url)
  return response.json()
}
