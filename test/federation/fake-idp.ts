import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export interface TokenRequest {
  parameters: URLSearchParams
  method: string
}

/** A provider that lets everybody in at once, and says what a test wants it to say. */
export interface FakeIdp {
  url: string
  /** The ID token's claims, besides what every one has. */
  claims: JWTPayload
  /** What the userInfo endpoint answers; a number is a status of failure. */
  profile: Record<string, unknown> | number
  /** Sent along with a code that goes by a form. */
  form: Record<string, string>
  /** Makes the ID token where the usual one will not do. */
  sign?: (claims: JWTPayload) => Promise<string>
  /** Answers in the place of the token endpoint. */
  token?: (request: TokenRequest) => { status: number; body: unknown } | Promise<{ status: number; body: unknown }>
  /** Waits this long before it answers at the named path. */
  slow?: { path: string; milliseconds: number }
  /** As the authorization endpoint was last asked. */
  asked: URLSearchParams
  tokenRequests: TokenRequest[]
  profileRequests: { url: string; method: string; authorization: string | undefined }[]
  close(): void
}

export async function startFakeIdp(issuer?: string): Promise<FakeIdp> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  const codes = new Map<string, URLSearchParams>()

  const server = createServer(async (request, response) => {
    const url = new URL(request.url!, idp.url)
    const json = (answer: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    const body = await bodyOf(request)
    if (idp.slow?.path === url.pathname) await new Promise((resolve) => setTimeout(resolve, idp.slow!.milliseconds))

    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json({
          issuer: idp.url,
          authorization_endpoint: `${idp.url}/auth`,
          token_endpoint: `${idp.url}/token`,
          userinfo_endpoint: `${idp.url}/me`,
          jwks_uri: `${idp.url}/jwks`,
        })
      case '/jwks':
      case '/auth/keys':
      case '/oauth2/v3/certs':
        return json({ keys: [jwk] })
      case '/auth':
      case '/auth/authorize':
      case '/ap/oa':
      case '/o/oauth2/v2/auth':
      case '/v17.0/dialog/oauth': {
        idp.asked = url.searchParams
        const code = randomUUID()
        codes.set(code, url.searchParams)
        if (url.searchParams.get('response_mode') === 'form_post')
          return response
            .writeHead(200, { 'content-type': 'text/html' })
            .end(selfSending(url.searchParams, { code, state: url.searchParams.get('state')!, ...idp.form }))
        const back = new URL(url.searchParams.get('redirect_uri')!)
        back.searchParams.set('code', code)
        back.searchParams.set('state', url.searchParams.get('state')!)
        return response.writeHead(302, { location: back.href }).end()
      }
      case '/token':
      case '/auth/token':
      case '/auth/o2/token':
      case '/oauth2/v4/token':
      case '/v17.0/oauth/access_token': {
        const parameters = request.method === 'GET' ? url.searchParams : new URLSearchParams(body)
        const tokenRequest = { parameters, method: request.method! }
        idp.tokenRequests.push(tokenRequest)
        if (idp.token) {
          const { status, body: answer } = await idp.token(tokenRequest)
          return json(answer, status)
        }
        const asked = codes.get(parameters.get('code') ?? '')
        if (!asked) return json({ error: 'invalid_grant' }, 400)
        codes.delete(parameters.get('code')!)
        const nonce = asked.get('nonce')
        const claims: JWTPayload = {
          ...(nonce && { nonce }),
          iss: issuer ?? idp.url,
          aud: asked.get('client_id')!,
          ...idp.claims,
        }
        const id_token = await (idp.sign ?? usual)(claims)
        return json({
          access_token: 'an-access-token',
          token_type: 'Bearer',
          expires_in: 60,
          ...(nonce && { id_token }),
        })
      }
      case '/me':
      case '/v17.0/me':
      case '/user/profile':
      case '/v1/people/me':
        idp.profileRequests.push({
          url: request.url!,
          method: request.method!,
          authorization: request.headers.authorization,
        })
        return typeof idp.profile === 'number' ? json({}, idp.profile) : json(idp.profile)
      default:
        return json({ path: url.pathname }, 404)
    }
  })

  const usual = (claims: JWTPayload) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey)

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const idp: FakeIdp = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    claims: {},
    profile: {},
    form: {},
    asked: new URLSearchParams(),
    tokenRequests: [],
    profileRequests: [],
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  return idp
}

/** A page whose form the browser sends by itself. */
function selfSending(asked: URLSearchParams, members: Record<string, string>): string {
  const quoted = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  const inputs = Object.entries(members).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${quoted(value)}">`,
  )
  return `<form method="post" action="${quoted(asked.get('redirect_uri')!)}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
