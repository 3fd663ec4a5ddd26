import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { build } from 'esbuild'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { rightPassword } from '../sign-in/scene.ts'
import { launchChromium } from '../support/chromium.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { passkeyScene } from './scene.ts'

// A real browser with an authenticator of its own, on a page of an application that is not this server's.
let server: TestServer
let app: Server
let browser: Browser
let page: Page
let devtools: CDPSession
let scene: Awaited<ReturnType<typeof passkeyScene>>

before(async () => {
  const { outputFiles } = await build({
    entryPoints: ['test/passkeys/amplify-page.js'],
    bundle: true,
    write: false,
    format: 'iife',
    logLevel: 'error',
  })
  const script = outputFiles[0]!.text
  app = createServer((request, response) => {
    const isScript = request.url === '/app.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<!doctype html><title>App</title><script src="/app.js"></script>')
  })
  await new Promise<void>((resolve) => app.listen(0, 'localhost', resolve))

  server = await startTestServer()
  scene = await passkeyScene(server, { mfa: { WebAuthnConfiguration: undefined } })
  await scene.addUser('ann')

  browser = await launchChromium()
  page = await browser.newPage()
  devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await page.goto(`http://localhost:${(app.address() as AddressInfo).port}/`)
})
after(async () => {
  await browser?.close()
  app?.close()
  await server?.close()
})

const addAuthenticator = async () =>
  (
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
  ).authenticatorId

test('a page registers a passkey and signs in with it by the plain API', async () => {
  const authenticatorId = await addAuthenticator()
  const AccessToken = await scene.accessToken('ann')
  const registered = await page.evaluate(
    async ({ url, AccessToken }) => {
      const call = async (name: string, input: object) => {
        const headers = {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `AWSCognitoIdentityProviderService.${name}`,
        }
        const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(input) })
        return { status: response.status, body: await response.json() }
      }
      const { body } = await call('StartWebAuthnRegistration', { AccessToken })
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(body.CredentialCreationOptions)
      const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential
      return call('CompleteWebAuthnRegistration', { AccessToken, Credential: credential.toJSON() })
    },
    { url: server.url, AccessToken },
  )
  assert.deepEqual(registered, { status: 200, body: {} })
  const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId })
  assert.equal(credentials[0]!.rpId, 'localhost')
  assert.equal(credentials[0]!.isResidentCredential, true)

  const { options, Session } = await scene.challenge('ann')
  const asserted = await page.evaluate(async (options) => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON)
    const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential
    return credential.toJSON() as object
  }, options)
  assert.ok((await scene.answer('ann', Session, asserted)).AuthenticationResult)
  await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
})

test('Amplify registers a passkey, signs in with it, lists it and deletes it', async () => {
  const authenticatorId = await addAuthenticator()
  await scene.addUser('bob')
  const configuration = { userPoolId: scene.UserPoolId, userPoolClientId: scene.ClientId, userPoolEndpoint: server.url }
  const listed = await page.evaluate(
    async ({ configuration, password }) => {
      // biome-ignore lint/suspicious/noExplicitAny: what the page's script has put there.
      const { app } = window as any
      app.configure(configuration)
      await app.signIn({ username: 'bob', password, options: { authFlowType: 'USER_PASSWORD_AUTH' } })
      await app.associateWebAuthnCredential()
      await app.signOut()

      const options = { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' }
      const { isSignedIn } = await app.signIn({ username: 'bob', options })
      const { credentials } = await app.listWebAuthnCredentials()
      const username = await app.username()
      await app.deleteWebAuthnCredential({ credentialId: credentials[0].credentialId })
      const after = await app.listWebAuthnCredentials()
      return { isSignedIn, username, relyingParty: credentials[0].relyingPartyId, left: after.credentials.length }
    },
    { configuration, password: rightPassword },
  )
  assert.deepEqual(listed, { isSignedIn: true, username: 'bob', relyingParty: 'localhost', left: 0 })
  await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
})
