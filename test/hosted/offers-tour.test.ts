import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type Dress, dressClient, dresses, startDressed } from './dress.ts'
import type { HostedScene } from './scene.ts'
import { press, tour } from './tour.ts'

let browser: Browser
const scenes = new Map<Dress, HostedScene>()

before(async () => {
  browser = await launchChromium()
  const started = await Promise.all(
    dresses.map(async (dress) => {
      const scene = await startDressed(dress)
      await addProviders(scene)
      return [dress, scene] as const
    }),
  )
  for (const [dress, scene] of started) scenes.set(dress, scene)
})
after(async () => {
  await browser?.close()
  for (const scene of scenes.values()) await scene.close()
})

async function addProviders({ cognito, poolId, url }: HostedScene): Promise<void> {
  await cognito.createIdentityProvider({
    UserPoolId: poolId,
    ProviderName: 'Google',
    ProviderType: 'Google',
    ProviderDetails: { client_id: 'g', client_secret: 's', authorize_scopes: 'openid email' },
  })
  await cognito.createIdentityProvider({
    UserPoolId: poolId,
    ProviderName: 'Acme-and-Daughters-Holdings',
    ProviderType: 'OIDC',
    IdpIdentifiers: ['acme.example'],
    ProviderDetails: {
      client_id: 'a',
      client_secret: 's',
      authorize_scopes: 'openid',
      attributes_request_method: 'GET',
      oidc_issuer: 'https://acme.example',
      // Answers, so that the browser has somewhere to go.
      authorize_url: `${url}/healthz`,
      token_url: 'https://acme.example/token',
      attributes_url: 'https://acme.example/userinfo',
      jwks_uri: 'https://acme.example/jwks',
    },
  })
}

const providers = { SupportedIdentityProviders: ['COGNITO', 'Google', 'Acme-and-Daughters-Holdings'] }

for (const dress of dresses) {
  test(`identity providers have buttons: ${dress}`, () =>
    tour(browser, dress, async ({ page, look }) => {
      const scene = scenes.get(dress)!
      const client_id = await scene.addClient(providers)
      await dressClient(scene, dress, client_id)
      await page.goto(scene.loginUrl({ client_id }))
      await page.getByRole('link', { name: 'Continue with Google' }).waitFor()
      await look('providers')
    }))

  test(`a pool that offers nothing shows a message: ${dress}`, () =>
    tour(browser, dress, async ({ page, look }) => {
      const scene = scenes.get(dress)!
      await scene.cognito.updateUserPool({
        UserPoolId: scene.poolId,
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
      })
      await page.goto(scene.loginUrl({}, 'signup'))
      await page.getByText('created by an administrator').waitFor()
      await look('sign-up-closed')
      await page.goto(scene.loginUrl({}, 'forgotPassword'))
      await page.getByText('reset by an administrator').waitFor()
      await look('forgot-password-closed')
      await scene.cognito.updateUserPool({ UserPoolId: scene.poolId })
    }))
}

// The classic pages know no style that asks for it.
for (const dress of ['default', 'branded'] as const) {
  test(`an organization is found by its domain: ${dress}`, () =>
    tour(browser, dress, async ({ page, look }) => {
      const scene = scenes.get(dress)!
      const client_id = await scene.addClient(providers)
      await dressClient(scene, dress, client_id, {
        categories: { auth: { federation: { interfaceStyle: 'DOMAIN_INPUT' } } },
      })
      await page.goto(scene.loginUrl({ client_id }))
      const search = page.getByLabel('Your work email address')
      await search.fill('ann@elsewhere.example')
      await press(page, 'Continue')
      await page.locator('#field-domain-error').waitFor()
      await look('domain-search-error')
      await search.fill('ann@acme.example')
      const leaving = page.waitForResponse((response) => response.headers().refresh !== undefined)
      await press(page, 'Continue')
      assert.equal((await leaving).status(), 200)
      await page.waitForURL('**/healthz?**')
    }))
}

test('the classic pages ask for name and password, in English and in light, and know no passkeys', () =>
  tour(browser, 'classic', async ({ page, look }) => {
    const scene = scenes.get('classic')!
    const client_id = await scene.addClient({ ExplicitAuthFlows: ['ALLOW_USER_AUTH'] })
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.goto(scene.loginUrl({ client_id, lang: 'de', prompt: 'select_account' }))
    assert.equal(await page.locator('html').getAttribute('lang'), 'en')
    assert.equal(await page.getByLabel('Password').count(), 1)
    const shown = await page.evaluate('getComputedStyle(document.querySelector(".card")).backgroundColor')
    assert.equal(shown, 'rgb(255, 255, 255)')
    const response = await page.goto(scene.loginUrl({ client_id }, 'passkeys/add'))
    assert.equal(response!.status(), 400)
    await look('no-passkeys')
  }))
