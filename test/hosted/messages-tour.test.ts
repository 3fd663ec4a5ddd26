import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type Dress, dresses, startDressed } from './dress.ts'
import { type HostedScene, password } from './scene.ts'
import { heading, press, tour } from './tour.ts'

let browser: Browser
const scenes = new Map<Dress, HostedScene>()

before(async () => {
  browser = await launchChromium()
  const pool = { VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' } } as const
  const started = await Promise.all(dresses.map(async (dress) => [dress, await startDressed(dress, pool)] as const))
  for (const [dress, scene] of started) scenes.set(dress, scene)
})
after(async () => {
  await browser?.close()
  for (const scene of scenes.values()) await scene.close()
})

for (const dress of dresses) {
  test(`messages of no sign-in look like the app that they name: ${dress}`, () =>
    tour(browser, dress, async ({ page, look }) => {
      const scene = scenes.get(dress)!
      const base = `${scene.url}/${scene.poolId}`
      const email = 'link@example.com'
      await scene.cognito.signUp({ ClientId: scene.clientId, Username: email, Password: password })
      const { body } = await scene.message({ to: email })
      const [link] = /https?:[^"\s]+confirmUser[^"\s]+/.exec(body.replaceAll('&amp;', '&'))!
      const query = new URL(link).search
      await page.goto(`${base}/confirmUser${query.replace(/confirmation_code=\w+/, 'confirmation_code=000000')}`)
      await heading(page, 'Account not confirmed')
      await look('confirm-user-refused')
      await page.goto(`${base}/confirmUser${query}`)
      await heading(page, 'Account confirmed')
      await look('confirm-user')

      await page.goto(`${base}/error?${new URLSearchParams({ error: 'redirect_mismatch', client_id: scene.clientId })}`)
      await look('error')
      await page.goto(scene.loginUrl({ redirect_uri: 'https://elsewhere.example/' }, 'oauth2/authorize'))
      await heading(page, 'An error was encountered with the requested page.')
      await look('refused')
      await page.goto(`${base}/signedout`)
      await look('signed-out')
      await page.goto(`${base}/login`)
      await heading(page, 'Please start again')
      await look('no-sign-in')

      await page.goto(scene.loginUrl())
      await page.locator('[name=_csrf]').evaluateAll((fields) => {
        for (const field of fields) field.setAttribute('value', 'x')
      })
      await page.getByLabel('Email address').fill('ann@example.com')
      await page.getByLabel('Password').fill(password)
      await press(page, 'Sign in')
      await heading(page, 'This form has expired')
      await look('forged')
    }))
}
