import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { png } from '../branding/scene.ts'
import { type ConsoleScene, heading, press, startConsole, told } from './scene.ts'

let scene: ConsoleScene
let UserPoolId: string
let ClientId: string

before(async () => {
  scene = await startConsole()
  UserPoolId = (await scene.cognito.createUserPool({ PoolName: 'shop' })).UserPool!.Id!
  await scene.cognito.createUserPoolDomain({ UserPoolId, Domain: 'branded', ManagedLoginVersion: 2 })
  ClientId = (await scene.cognito.createUserPoolClient({ UserPoolId, ClientName: 'store' })).UserPoolClient!.ClientId!
})
after(() => scene.close())

const drawing = (content: string) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50">${content}</svg>`

const readStyle = async () =>
  (await scene.cognito.describeManagedLoginBrandingByClient({ UserPoolId, ClientId })).ManagedLoginBranding!

interface Part {
  [key: string]: Part
}

test('a style is edited beside the pages as they will be, and nothing is saved before it is reviewed', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/branding`)
  const { page } = tab
  await heading(page, 'Login pages')
  const preview = page.frameLocator('iframe')
  const button = preview.getByRole('button').first()
  await button.waitFor()
  const buttonColors = async () =>
    (await page
      .frames()[1]!
      .evaluate(`[...document.querySelectorAll('button')].map((one) => getComputedStyle(one).backgroundColor)`)
      .catch(() => [])) as string[]
  const hasButtonOf = async (color: string) => {
    for (let tries = 0; tries < 200 && !(await buttonColors()).includes(color); tries++) await page.waitForTimeout(50)
    assert.ok((await buttonColors()).includes(color), color)
  }
  await page.getByRole('textbox', { name: 'Brand colour, light: hexadecimal' }).fill('#7a1fa2')
  await hasButtonOf('rgb(122, 31, 162)')
  await page.getByRole('textbox', { name: 'Brand colour, dark: hexadecimal' }).fill('nothing')
  await told(page, 'Eight hexadecimal digits')
  const upload = (name: string, content: string | Buffer) =>
    page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name, mimeType: 'x/y', buffer: Buffer.from(content) })
  await upload('logo.ico', Buffer.from([0, 0, 1, 0, 0, 0]))
  await told(page, 'The file must be PNG, SVG, JPEG, WEBP.')
  await upload('logo.svg', drawing('<circle cx="50" cy="25" r="20"/>'))
  await preview.locator('img').first().waitFor()
  await tab.look('branding')
  await assert.rejects(readStyle(), { name: 'ResourceNotFoundException' })

  await press(page, 'Review changes')
  await page.getByRole('dialog').getByText('7a1fa2ff').first().waitFor()
  await tab.look('branding-review')
  await press(page, 'Save changes')
  await told(page, 'The style is saved.')
  const created = await readStyle()
  const settings = created.Settings as unknown as Part
  assert.equal(settings.components!.primaryButton!.lightMode!.defaults!.backgroundColor, '7a1fa2ff')
  assert.deepEqual(
    created.Assets!.map(({ Category, ColorMode, Extension }) => [Category, ColorMode, Extension]),
    [['FORM_LOGO', 'DYNAMIC', 'SVG']],
  )

  // What another has set meanwhile stays.
  await scene.cognito.updateManagedLoginBranding({
    UserPoolId,
    ManagedLoginBrandingId: created.ManagedLoginBrandingId,
    Settings: { componentClasses: { input: { borderRadius: 3 } } },
  })
  await page.getByRole('button', { name: 'Every setting' }).click()
  await page.getByRole('searchbox', { name: 'Find a setting' }).fill('language selector')
  await page.getByRole('checkbox', { name: 'Language selector, enabled' }).check()
  await page.getByRole('button', { name: /^Pictures/ }).click()
  await press(page, 'Remove FORM_LOGO DYNAMIC')
  await press(page, 'Review changes')
  await press(page, 'Save changes')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const saved = await readStyle()
  const now = saved.Settings as unknown as Part
  assert.equal(now.componentClasses!.input!.borderRadius, 3)
  assert.equal(now.categories!.form!.languageSelector!.enabled, true)
  assert.equal(now.components!.primaryButton!.lightMode!.defaults!.backgroundColor, '7a1fa2ff')
  assert.deepEqual(saved.Assets, [])
  await page.setViewportSize({ width: 360, height: 800 })
  assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0)
  await tab.look('branding-360')
  await tab.close()
})

test('a picture that runs script gets no further than its refusal', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/branding`)
  const { page } = tab
  await page.frameLocator('iframe').getByRole('button').first().waitFor()
  const hostile = drawing('<script>globalThis.hacked=1</script><rect width="9" height="9" onload="hacked=1"/>')
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(hostile) })
  await told(page, /Invalid|not allowed/)
  assert.equal(await page.evaluate('globalThis.hacked'), undefined)
  for (const frame of page.frames()) assert.equal(await frame.evaluate('globalThis.hacked'), undefined)
  await page.getByRole('button', { name: /^Pictures/ }).click()
  await press(page, 'Remove FORM_LOGO DYNAMIC')
  await page
    .getByText(/Invalid|not allowed/)
    .first()
    .waitFor({ state: 'detached' })
  await tab.close()
})

test('the classic look keeps its logo when the stylesheet changes, and the terms get their links', async () => {
  await scene.cognito.setUICustomization({
    UserPoolId,
    ClientId: 'ALL',
    CSS: '.label-customizable {color: red}',
    ImageFile: png,
  })
  const tab = await scene.open(`pools/${UserPoolId}/branding?tab=classic`)
  const { page } = tab
  const read = async () => (await scene.cognito.getUICustomization({ UserPoolId, ClientId: 'ALL' })).UICustomization!
  const before = await read()
  await page.getByLabel('CSS', { exact: true }).fill('body { color: red }')
  await press(page, 'Review changes to Classic hosted UI')
  await press(page, 'Save changes')
  await told(page, /The CSS class body is not in the list of allowed classes/)
  await press(page, 'Cancel')
  await page.getByLabel('CSS', { exact: true }).fill('.submitButton-customizable { background-color: #0a6c74; }')
  await press(page, 'Review changes to Classic hosted UI')
  await press(page, 'Save changes')
  await told(page, 'The classic look is saved.')
  const saved = await read()
  assert.match(saved.CSS!, /0a6c74/)
  assert.equal(saved.ImageUrl, before.ImageUrl)
  await tab.look('classic-look')

  await page.getByRole('tab', { name: 'Terms' }).click()
  await page.getByRole('heading', { name: 'Terms of use' }).waitFor()
  const add = page.getByRole('button', { name: 'Add a language' }).first()
  await add.click()
  await page
    .getByRole('button', { name: /Language/ })
    .first()
    .click()
  await page.getByRole('option', { name: 'cognito:default' }).click()
  await page.getByRole('textbox', { name: 'Address' }).fill('javascript:alert(1)')
  await told(page, 'Enter an address that starts with https://.')
  await page.getByRole('textbox', { name: 'Address' }).fill('https://shop.example.com/terms')
  await press(page, 'Review changes to Terms of use')
  await press(page, 'Save changes')
  await told(page, 'The links are saved.')
  const { Terms } = await scene.cognito.describeTermsByClient({ UserPoolId, ClientId, TermsName: 'terms-of-use' })
  assert.deepEqual(Terms!.Links, { 'cognito:default': 'https://shop.example.com/terms' })
  await tab.close()
})

test('whoever may not preview gets no link, and a link of one pool opens no other', async () => {
  const { adminOf, keyOf } = await import('../administration/scene.ts')
  await adminOf(scene).putRole({ RoleName: 'looking', ReadyMadePolicy: 'read-only' })
  const reader = adminOf(scene, await keyOf(scene, 'looking'))
  await assert.rejects(reader.createBrandingPreview({ UserPoolId, ClientId }), { name: 'AccessDeniedException' })
  const other = (await scene.cognito.createUserPool({ PoolName: 'other' })).UserPool!.Id!
  const root = adminOf(scene)
  await assert.rejects(root.createBrandingPreview({ UserPoolId: other, ClientId }), {
    name: 'ResourceNotFoundException',
  })
  const { Url } = await root.createBrandingPreview({ UserPoolId, ClientId })
  const wrong = new URL(Url)
  wrong.searchParams.set('pool', other)
  const accept = { headers: { accept: 'application/json' } }
  assert.equal((await fetch(wrong, accept)).status, 403)
  assert.equal((await fetch(Url, accept)).status, 200)
  assert.equal((await fetch(Url, accept)).status, 403)
})

test('a domain that shows the classic look is named, and is switched from here', async () => {
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'classic' })
  const key = { UserPoolId: UserPool!.Id!, Domain: 'still-classic' }
  await scene.cognito.createUserPoolDomain({ ...key, ManagedLoginVersion: 1 })
  await scene.cognito.createUserPoolClient({ UserPoolId: key.UserPoolId, ClientName: 'store' })
  const tab = await scene.open(`pools/${key.UserPoolId}/branding`)
  await told(tab.page, 'still-classic shows the classic look')
  await tab.look('branding-classic-shown')
  await press(tab.page, 'Use managed login')
  await tab.page.getByText('still-classic shows the classic look').waitFor({ state: 'detached' })
  const { DomainDescription } = await scene.cognito.describeUserPoolDomain({ Domain: key.Domain })
  assert.equal(DomainDescription!.ManagedLoginVersion, 2)
  await tab.close()
})
