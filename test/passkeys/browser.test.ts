import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { Browser, CDPSession, Page } from 'playwright-core'
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
  app = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>App</title>')
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

test('a page registers a passkey and signs in with it by the plain API', async () => {
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
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
})
