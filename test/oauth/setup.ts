import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CreateUserPoolClientRequest } from '@aws-sdk/client-cognito-identity-provider'
import Koa, { type ParameterizedContext } from 'koa'
import { allowRequest, currentRequest, finishRequest } from '../../src/oauth/interaction.ts'
import { createOAuth } from '../../src/oauth/oauth.ts'
import { createSurfaceFinder, type Surface } from '../../src/oauth/surface.ts'
import { createWellKnown } from '../../src/oauth/well-known.ts'
import { findUser } from '../../src/pool/users/user.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { type Browser, createBrowser } from './browser.ts'

export const callback = 'https://app.example.com/callback'

/** What stands for the login pages here; `uid` as a form would carry it. */
type LoginPage = (koa: ParameterizedContext, surface: Surface) => Promise<void>

export interface OAuthServer extends TestServer {
  /** Where OAuth is served here, with a login page that asks for nothing but a name. */
  site: string
  loginPage: { answer: LoginPage | undefined }
  pool(settings?: { domain?: string; tier?: 'LITE' | 'ESSENTIALS' }): Promise<string>
  client(poolId: string, settings?: Partial<CreateUserPoolClientRequest>): Promise<{ id: string; secret: string }>
  user(poolId: string, name: string, attributes?: Record<string, string>): Promise<string>
}

/** The whole server, and beside it its OAuth surface with a page that signs anybody in. */
export async function startOAuthServer(trusted = false): Promise<OAuthServer> {
  const server = await startTestServer()
  const ctx = { ...server.ctx, config: { ...server.ctx.config } }
  const app = new Koa({ proxy: trusted })
  const loginPage: OAuthServer['loginPage'] = { answer: undefined }
  const findSurface = createSurfaceFinder(ctx)
  app.use(createWellKnown(ctx))
  app.use(createOAuth(ctx))
  app.use(async (koa, next) => {
    const surface = await findSurface(koa)
    if (surface?.path === '/consent') {
      const asked = await currentRequest(ctx, koa, surface)
      if (!asked || koa.method !== 'POST' || !(await allowRequest(ctx, koa, asked))) refuse(koa, 'nothing to allow')
      return
    }
    if (surface?.path !== '/login') return next()
    if (loginPage.answer) return loginPage.answer(koa, surface)
    const named = koa.query.uid as string | undefined
    const request = await currentRequest(ctx, koa, surface, named)
    if (!request) return refuse(koa, 'no request of this browser')
    if (koa.method === 'GET') {
      koa.body = { uid: request.uid, parameters: request.parameters, redirectOrigin: request.redirectOrigin }
      return
    }
    const user = await findUser(ctx.db, request.pool, String(koa.query.as))
    if (!user) return refuse(koa, 'nobody')
    const at = ctx.clock.now().getTime()
    await finishRequest(ctx, koa, request, { user, proven: { at, factors: [{ name: 'pwd', at }] } })
  })
  app.silent = true
  app.on('error', (error) => {
    if (!error.expose) console.error(error)
  })
  const http = createServer(app.callback())
  await new Promise<void>((resolve) => http.listen(0, 'localhost', resolve))
  const site = `http://localhost:${(http.address() as AddressInfo).port}`
  ctx.config.publicUrl = trusted ? 'https://id.example.com' : site
  ctx.config.issuer = `${ctx.config.publicUrl}/{poolId}`

  return {
    ...server,
    ctx,
    site,
    loginPage,
    async pool({ domain, tier } = {}) {
      const { UserPool } = await server.cognito.createUserPool({ PoolName: 'oauth', UserPoolTier: tier })
      const poolId = UserPool!.Id!
      if (domain) await server.cognito.createUserPoolDomain({ UserPoolId: poolId, Domain: domain })
      return poolId
    },
    async client(poolId, settings = {}) {
      const { UserPoolClient } = await server.cognito.createUserPoolClient({
        UserPoolId: poolId,
        ClientName: 'app',
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code', 'implicit'],
        AllowedOAuthScopes: ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'],
        SupportedIdentityProviders: ['COGNITO'],
        CallbackURLs: [callback],
        LogoutURLs: ['https://app.example.com/bye'],
        ...settings,
      })
      return { id: UserPoolClient!.ClientId!, secret: UserPoolClient!.ClientSecret ?? '' }
    },
    async user(poolId, name, attributes = {}) {
      const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))
      const { User } = await server.cognito.adminCreateUser({
        UserPoolId: poolId,
        Username: name,
        UserAttributes,
        MessageAction: 'SUPPRESS',
      })
      const Password = `Aa1!${randomBytes(8).toString('hex')}`
      await server.cognito.adminSetUserPassword({ UserPoolId: poolId, Username: name, Password, Permanent: true })
      return User!.Attributes!.find(({ Name }) => Name === 'sub')!.Value!
    },
    async close() {
      await new Promise((resolve) => http.close(resolve).closeAllConnections())
      await server.close()
    },
  }
}

function refuse(koa: ParameterizedContext, text: string): void {
  koa.status = 403
  koa.body = text
}

/** What an app does with a code. */
export const exchange = (base: string, code: string, clientId: string, more: Record<string, string> = {}) =>
  askToken(base, { grant_type: 'authorization_code', code, redirect_uri: callback, client_id: clientId, ...more })

export const authorizeUrl = (base: string, query: Record<string, string>): string =>
  `${base}/oauth2/authorize?${new URLSearchParams(query)}`

/** From /oauth2/authorize to the app, through the login page where there is no session. */
export async function signIn(browser: Browser, url: string, as: string): Promise<URL> {
  const at = await browser.follow(url, (next) => next.pathname.endsWith('/login') || !isOurs(next, url))
  if (!isOurs(at, url)) return at
  at.searchParams.set('as', as)
  const response = await browser.post(at.href, {})
  const location = response.headers.get('location')
  if (!location) throw new Error(`the login page answered ${response.status}: ${await response.text()}`)
  const next = new URL(location, at)
  // An app that has registered itself asks first.
  const asked = next.pathname.endsWith('/consent') ? await browser.post(next.href, {}) : undefined
  return browser.follow(new URL(asked?.headers.get('location') ?? location, at).href, (one) => !isOurs(one, url))
}

const isOurs = (url: URL, first: string): boolean => url.host === new URL(first).host

export interface TokenBody {
  access_token: string
  id_token?: string
  refresh_token?: string
  expires_in: number
  token_type: string
  scope?: string
  error?: string
  error_description?: string
}

export async function askToken(
  base: string,
  form: Record<string, string> | URLSearchParams,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: TokenBody }> {
  const response = await fetch(`${base}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form), headers })
  return { status: response.status, headers: response.headers, body: (await response.json()) as TokenBody }
}

export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

export { createBrowser }
