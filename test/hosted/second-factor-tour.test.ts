import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type Dress, dresses } from './dress.ts'
import { repeatPassword } from './repeat-password.ts'
import { type HostedScene, password } from './scene.ts'
import { addUser, signIn, startStrict } from './strict-scene.ts'
import { heading, press, tour } from './tour.ts'

let browser: Browser
const scenes = new Map<Dress, HostedScene>()

before(async () => {
  browser = await launchChromium()
  const started = await Promise.all(dresses.map(async (dress) => [dress, await startStrict(dress)] as const))
  for (const [dress, scene] of started) scenes.set(dress, scene)
})
after(async () => {
  await browser?.close()
  for (const scene of scenes.values()) await scene.close()
})

for (const dress of dresses) {
  test(`who has two second factors chooses: ${dress}`, () =>
    tour(browser, dress, async ({ page, look }) => {
      const scene = scenes.get(dress)!
      await addUser(scene, 'sam', { email: 'sam@example.com', phone_number: '+14155550177' })
      await signIn(scene, page, 'sam')
      await heading(page, 'Confirm it’s you')
      await look('select-mfa-type')
      await press(page, 'Get a code by text message')
      await heading(page, 'Check your phone')
      await look('sms-mfa')
      const { code } = await scene.message({ to: '+14155550177' })
      await page.getByLabel('Code').fill(code!)
      await press(page, 'Continue')
      await page.waitForURL(`${scene.callback}?code=**`)
    }))

  test(`sign-up and a first password ask for what is required, each in its own kind of field: ${dress}`, () =>
    tour(browser, dress, async ({ page, look }) => {
      const scene = scenes.get(dress)!
      await page.goto(scene.loginUrl({}, 'signup'))
      const kinds = await page.locator('main :is(input, textarea, select):not([type=hidden])').evaluateAll(
        // Runs in the page.
        (fields) =>
          (fields as unknown as { name: string; type: string; autocomplete: string }[]).map((one) =>
            [one.name, one.type, one.autocomplete].join(' '),
          ),
      )
      assert.deepEqual(kinds, [
        'username text username',
        'email email email',
        'name text name',
        'website url url',
        'birthdate date bday',
        'phone_number_country select-one country',
        'phone_number tel tel',
        'address textarea street-address',
        'password password new-password',
        ...(dress === 'classic' ? ['repeated password new-password'] : []),
      ])
      await look('sign-up-all')
      await page.getByLabel('Username').fill('sue')
      await page.getByLabel('Email address').fill('sue@example.com')
      await page.getByLabel('Address', { exact: true }).fill('1 Long Road\nTown')
      await page.getByLabel('Date of birth').fill('1990-02-03')
      await page.getByLabel('Name', { exact: true }).fill('Sue')
      await page.getByLabel('Country code').selectOption('GB')
      await page.getByLabel('Phone number').fill('020 7946 0123')
      await page.getByLabel('Website').fill('https://sue.example.com')
      await page.getByLabel('Password', { exact: true }).fill(password)
      await repeatPassword(page, password)
      await press(page, 'Create account')
      await heading(page, 'Confirm your account')
      const { UserAttributes = [] } = await scene.cognito.adminGetUser({ UserPoolId: scene.poolId, Username: 'sue' })
      assert.equal(UserAttributes.find(({ Name }) => Name === 'phone_number')?.Value, '+442079460123')

      await addUser(scene, 'nina', { email: 'nina@example.com', name: 'Nina' }, false)
      await signIn(scene, page, 'nina')
      await heading(page, 'Choose a new password')
      await look('new-password-required')
    }))
}
