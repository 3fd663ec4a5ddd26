import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import { createBrowser } from '../oauth/browser.ts'
import { sendForm } from '../oauth/login-form.ts'
import { credentials, type Scene, startScene } from './scene.ts'

/** The SDK of the Model Context Protocol, as published: its client signs in against a pool by itself. */
const metadataUrl = 'https://agent.example.com/client.json'
const callback = 'http://127.0.0.1:40123/callback'

let folder: string
let scene: Scene
let documents: Server
let tools: Server
let caller: JWTPayload | undefined

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  return (server.address() as AddressInfo).port
}

/** A part of the SDK; it is no dependency of ours, and so has no types here. */
const sdk = (path: string) => import(join(folder, 'node_modules/@modelcontextprotocol/sdk/dist/esm', path))

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-sdk-'))
  execFileSync('npm', ['install', '--silent', '--no-audit', '--prefix', folder, '@modelcontextprotocol/sdk@1.32.2'])
  documents = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        client_id: metadataUrl,
        client_name: 'An agent',
        redirect_uris: ['http://127.0.0.1/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'none',
      }),
    )
  })
  const hosts = { 'agent.example.com': `http://localhost:${await listen(documents)}` }
  const standards = { Profile: 'standard', ClientIdMetadataDocuments: true, JwtAccessTokens: true } as const
  scene = await startScene(standards, {}, { identityProviderHosts: hosts })
  tools = await toolServer()
})
after(async () => {
  tools?.close()
  documents?.close()
  await scene?.server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A server with one tool, which takes tokens of the pool that are meant for it. */
async function toolServer(): Promise<Server> {
  const { McpServer } = await sdk('server/mcp.js')
  const { StreamableHTTPServerTransport } = await sdk('server/streamableHttp.js')
  const keys = createRemoteJWKSet(new URL(`${scene.base}/.well-known/jwks.json`))
  const server = createServer(async (request, response) => {
    const origin = `http://${request.headers.host}`
    if (request.url!.startsWith('/.well-known/oauth-protected-resource')) {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ resource: `${origin}/mcp`, authorization_servers: [scene.base] }))
      return
    }
    const token = request.headers.authorization?.replace(/^Bearer /, '')
    const verified = token
      ? await jwtVerify(token, keys, { issuer: scene.base, audience: `${origin}/mcp`, typ: 'at+jwt' }).catch(() => null)
      : null
    if (!verified) {
      const metadata = `${origin}/.well-known/oauth-protected-resource/mcp`
      response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${metadata}"` }).end()
      return
    }
    caller = verified.payload
    const mcp = new McpServer({ name: 'tools', version: '1.0.0' })
    mcp.registerTool('whoami', { description: 'who calls' }, () => ({
      content: [{ type: 'text', text: String(caller!.username) }],
    }))
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
    await mcp.connect(transport)
    await transport.handleRequest(request, response)
  })
  await listen(server)
  return server
}

/** What an application of the SDK brings: where it stores things, and how it opens a browser. */
function applicationOf({ byDocument }: { byDocument: boolean }) {
  const stored: Record<string, unknown> = {}
  const store = (name: string) => (value: unknown) => {
    stored[name] = value
  }
  return {
    stored,
    provider: {
      redirectUrl: callback,
      ...(byDocument && { clientMetadataUrl: metadataUrl }),
      clientMetadata: { client_name: 'An agent', redirect_uris: [callback], token_endpoint_auth_method: 'none' },
      clientInformation: () => stored.client,
      saveClientInformation: store('client'),
      tokens: () => stored.tokens,
      saveTokens: store('tokens'),
      redirectToAuthorization: store('url'),
      saveCodeVerifier: store('verifier'),
      codeVerifier: () => stored.verifier,
      saveDiscoveryState: store('discovery'),
      discoveryState: () => stored.discovery,
    },
  }
}

/** Ann signs in and allows it; the address that her browser comes back to. */
async function allow(url: URL): Promise<URL> {
  const browser = createBrowser()
  const login = await browser.follow(url.href, ({ pathname }) => pathname.endsWith('/login'))
  const signedIn = await sendForm(browser, login, credentials)
  const consent = await browser.follow(new URL(signedIn.headers.get('location')!, login).href, ({ pathname }) =>
    pathname.endsWith('/consent'),
  )
  return new URL((await sendForm(browser, consent, { answer: 'allow' })).headers.get('location')!)
}

for (const byDocument of [true, false])
  test(`a client of the SDK calls a tool in its user’s name, ${byDocument ? 'by its document' : 'registered'}`, async () => {
    await scene.server.cognito.updateUserPool({
      UserPoolId: scene.poolId,
      DcrConfiguration: { EnableStatus: 'Enabled', OpenDcrEnabled: !byDocument },
    })
    const { Client } = await sdk('client/index.js')
    const { StreamableHTTPClientTransport } = await sdk('client/streamableHttp.js')
    const { UnauthorizedError } = await sdk('client/auth.js')
    const { stored, provider } = applicationOf({ byDocument })
    const address = new URL(`http://localhost:${(tools.address() as AddressInfo).port}/mcp`)
    const open = () => new StreamableHTTPClientTransport(address, { authProvider: provider })

    const first = open()
    await assert.rejects(new Client({ name: 'agent', version: '1.0.0' }).connect(first), UnauthorizedError)
    const url = stored.url as URL
    assert.equal(url.searchParams.get('client_id') === metadataUrl, byDocument)
    const back = await allow(url)
    assert.equal(back.searchParams.get('iss'), scene.base)
    await first.finishAuth(back.searchParams.get('code')!)

    const client = new Client({ name: 'agent', version: '1.0.0' })
    await client.connect(open())
    const { content } = await client.callTool({ name: 'whoami' })
    assert.equal(content[0].text, credentials.username)
    assert.equal(caller!.aud, address.href)
    await client.close()

    // What has expired is renewed without the user.
    const tokens = stored.tokens as { access_token: string; refresh_token: string }
    stored.tokens = { ...tokens, access_token: 'over' }
    const renewed = new Client({ name: 'agent', version: '1.0.0' })
    await renewed.connect(open())
    assert.notEqual((stored.tokens as typeof tokens).access_token, 'over')
    await renewed.close()
  })
