import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { AssetType } from '@aws-sdk/client-cognito-identity-provider'
import { drawings, icon } from '../../src/pool/branding/default-pictures.ts'
import type { BrandingSettings } from '../../src/pool/branding/default-settings.ts'
import { ico, jpeg, png, type Scene, startScene, svg } from './scene.ts'

let scene: Scene
let UserPoolId: string

before(async () => {
  scene = await startScene()
  UserPoolId = scene.UserPoolId
})
after(() => scene.close())

const invalid = (message: RegExp | string) => ({ name: 'InvalidParameterException', message })
const oneSource = invalid('useCognitoProvidedValues or settings should be specified (but not both)')
const unknownId = '6dbd8b8c-4a36-4b5f-8c3e-0f1d2a3b4c5d'

async function createStyle(Settings: Record<string, unknown>, Assets?: AssetType[]) {
  const ClientId = await scene.newClient()
  const { ManagedLoginBranding } = await scene.cognito.createManagedLoginBranding({
    UserPoolId,
    ClientId,
    Settings: Settings as never,
    Assets,
  })
  return { ClientId, style: ManagedLoginBranding! }
}

const picture = (Category: string, ColorMode: string, Extension: string, Bytes?: Uint8Array) =>
  ({ Category, ColorMode, Extension, Bytes }) as AssetType

test('a style with the defaults has no settings, and an empty list of assets', async () => {
  const ClientId = await scene.newClient()
  const { ManagedLoginBranding: style } = await scene.cognito.createManagedLoginBranding({
    UserPoolId,
    ClientId,
    UseCognitoProvidedValues: true,
  })
  assert.equal(style!.UseCognitoProvidedValues, true)
  assert.equal(style!.Settings, undefined)
  assert.deepEqual(style!.Assets, [])
  assert.match(style!.ManagedLoginBrandingId!, /^[0-9a-f]{8}-[0-9a-f]{4}-4/)

  const { ManagedLoginBranding: merged } = await scene.cognito.describeManagedLoginBrandingByClient({
    UserPoolId,
    ClientId,
    ReturnMergedResources: true,
  })
  const settings = merged!.Settings as BrandingSettings
  assert.equal(settings.categories.global.colorSchemeMode, 'LIGHT')
  assert.equal(settings.components.primaryButton.lightMode.defaults.backgroundColor, '0972d3ff')
})

test('a style names one source: the defaults or its own settings', async () => {
  const ClientId = await scene.newClient()
  const create = (more: object) => scene.cognito.createManagedLoginBranding({ UserPoolId, ClientId, ...more })
  await assert.rejects(create({}), oneSource)
  await assert.rejects(create({ UseCognitoProvidedValues: false }), oneSource)
  await assert.rejects(create({ UseCognitoProvidedValues: true, Settings: {} }), oneSource)
  await assert.rejects(create({ Assets: [picture('FORM_LOGO', 'LIGHT', 'PNG', png)] }), oneSource)
  await create({ UseCognitoProvidedValues: false, Settings: {} })
})

test('a client has one style, also when several ask at once', async () => {
  const ClientId = await scene.newClient()
  const attempts = await Promise.allSettled(
    [1, 2, 3].map(() =>
      scene.cognito.createManagedLoginBranding({ UserPoolId, ClientId, UseCognitoProvidedValues: true }),
    ),
  )
  const refused = attempts.filter((attempt) => attempt.status === 'rejected')
  assert.equal(refused.length, 2)
  for (const { reason } of refused) assert.equal(reason.name, 'ManagedLoginBrandingExistsException')
})

test('settings are returned as they were set, without unknown members', async () => {
  const Settings = {
    categories: { global: { colorSchemeMode: 'DARK', weather: 'fine' } },
    components: { form: { borderRadius: 2.5, lightMode: { backgroundColor: 'AABBCCff' } } },
    extra: { deep: true },
  }
  const { style, ClientId } = await createStyle(Settings)
  const expected = {
    categories: { global: { colorSchemeMode: 'DARK' } },
    components: { form: { borderRadius: 2.5, lightMode: { backgroundColor: 'AABBCCff' } } },
  }
  assert.deepEqual(style.Settings, expected)
  assert.equal(style.UseCognitoProvidedValues, false)

  const { ManagedLoginBrandingId } = style
  const own = await scene.cognito.describeManagedLoginBranding({ UserPoolId, ManagedLoginBrandingId })
  assert.deepEqual(own.ManagedLoginBranding, style)
  const byClient = await scene.cognito.describeManagedLoginBrandingByClient({ UserPoolId, ClientId })
  assert.deepEqual(byClient.ManagedLoginBranding, style)
  const merged = await scene.cognito.describeManagedLoginBranding({
    UserPoolId,
    ManagedLoginBrandingId,
    ReturnMergedResources: true,
  })
  const { form } = (merged.ManagedLoginBranding!.Settings as BrandingSettings).components
  assert.equal(form.borderRadius, 2.5)
  assert.equal(form.lightMode.backgroundColor, 'AABBCCff')
  assert.equal(form.darkMode.backgroundColor, '0f1b2aff')
})

test('a complete style can be copied to another client unchanged', async () => {
  const own = [picture('FORM_LOGO', 'LIGHT', 'PNG', png), picture('SMS_GRAPHIC', 'LIGHT', 'PNG', png)]
  const { ClientId } = await createStyle({ components: { form: { borderRadius: 2 } } }, own)
  const inFull = async (client: string) => {
    const { ManagedLoginBranding } = await scene.cognito.describeManagedLoginBrandingByClient({
      UserPoolId,
      ClientId: client,
      ReturnMergedResources: true,
    })
    return ManagedLoginBranding!
  }
  const { Settings, Assets } = await inFull(ClientId)
  const names = Assets!.map(({ Category, ColorMode, Extension }) => `${Category} ${ColorMode} ${Extension}`)
  assert.deepEqual(
    names.filter((name) => /^(F|SMS|EMAIL|PAGE)/.test(name)),
    [
      'FORM_LOGO LIGHT PNG',
      'SMS_GRAPHIC LIGHT PNG',
      'FAVICON_SVG DYNAMIC SVG',
      'EMAIL_GRAPHIC LIGHT SVG',
      'PAGE_BACKGROUND LIGHT SVG',
      'EMAIL_GRAPHIC DARK SVG',
      'PAGE_BACKGROUND DARK SVG',
    ],
  )

  const another = await createStyle(Settings as Record<string, unknown>, Assets)
  assert.deepEqual(another.style.Settings, Settings)
  const order = (assets: AssetType[]) =>
    assets.map((asset) => JSON.stringify({ ...asset, Bytes: Buffer.from(asset.Bytes!) })).toSorted()
  assert.deepEqual(order((await inFull(another.ClientId)).Assets!), order(Assets!))
})

test('the pictures of a style in full are those of the pages', async () => {
  const views = new URL('../../views/', import.meta.url)
  assert.equal(icon, await readFile(new URL('assets/icon.svg', views), 'utf8'))
  const drawn = await readFile(new URL('partials/drawing.hbs', views), 'utf8')
  for (const [category, lines] of Object.entries(drawings)) assert.ok(drawn.includes(lines), category)
})

test('an update changes what it names and keeps the rest', async () => {
  const { style } = await createStyle({
    components: { form: { borderRadius: 2 }, alert: { borderRadius: 3 } },
    categories: { auth: { federation: { order: ['Google', 'Okta'] } } },
  })
  scene.clock.advance({ seconds: 5 })
  const { ManagedLoginBranding: updated } = await scene.cognito.updateManagedLoginBranding({
    UserPoolId,
    ManagedLoginBrandingId: style.ManagedLoginBrandingId,
    Settings: {
      components: { form: { backgroundImage: { enabled: true }, borderRadius: 9 } },
      categories: { auth: { federation: { order: ['Okta'] } } },
    },
  })
  assert.deepEqual(updated!.Settings, {
    components: { form: { borderRadius: 9, backgroundImage: { enabled: true } }, alert: { borderRadius: 3 } },
    categories: { auth: { federation: { order: ['Okta'] } } },
  })
  assert.ok(updated!.LastModifiedDate! > style.LastModifiedDate!)
  assert.deepEqual(updated!.CreationDate, style.CreationDate)
})

test('an update back to the defaults removes all settings', async () => {
  const { style } = await createStyle({ components: { form: { borderRadius: 2 } } }, [
    picture('FORM_LOGO', 'LIGHT', 'PNG', png),
  ])
  const { ManagedLoginBranding: updated } = await scene.cognito.updateManagedLoginBranding({
    UserPoolId,
    ManagedLoginBrandingId: style.ManagedLoginBrandingId,
    UseCognitoProvidedValues: true,
  })
  assert.equal(updated!.Settings, undefined)
  assert.deepEqual(updated!.Assets, [])
  assert.equal(updated!.UseCognitoProvidedValues, true)
})

test('an update without a source, or of a style that is not there, is refused', async () => {
  const { style } = await createStyle({})
  const { ManagedLoginBrandingId } = style
  const update = (input: object) => scene.cognito.updateManagedLoginBranding(input)
  await assert.rejects(update({ UserPoolId, ManagedLoginBrandingId }), oneSource)
  await assert.rejects(
    update({ UserPoolId, ManagedLoginBrandingId, UseCognitoProvidedValues: true, Settings: {} }),
    oneSource,
  )
  const missing = { name: 'ResourceNotFoundException', message: 'ManagedLoginBranding does not exist.' }
  await assert.rejects(update({ UserPoolId, ManagedLoginBrandingId: unknownId, Settings: {} }), missing)
  await assert.rejects(update({ UserPoolId, Settings: {} }), invalid(/managedLoginBrandingId/))
  await assert.rejects(update({ ManagedLoginBrandingId, Settings: {} }), invalid(/userPoolId/))

  const other = await scene.cognito.createUserPool({ PoolName: 'other' })
  await assert.rejects(
    update({ UserPoolId: other.UserPool!.Id, ManagedLoginBrandingId, UseCognitoProvidedValues: true }),
    missing,
  )
})

test('a deleted style is gone, and the client may get another', async () => {
  const { style, ClientId } = await createStyle({})
  const { ManagedLoginBrandingId } = style
  await scene.cognito.deleteManagedLoginBranding({ UserPoolId, ManagedLoginBrandingId })
  await assert.rejects(scene.cognito.describeManagedLoginBranding({ UserPoolId, ManagedLoginBrandingId }), {
    name: 'ResourceNotFoundException',
  })
  await assert.rejects(scene.cognito.describeManagedLoginBrandingByClient({ UserPoolId, ClientId }), {
    name: 'ResourceNotFoundException',
    message: `ManagedLoginBranding for client ${ClientId} does not exist.`,
  })
  await assert.rejects(scene.cognito.deleteManagedLoginBranding({ UserPoolId, ManagedLoginBrandingId }), {
    name: 'ResourceNotFoundException',
  })
  await scene.cognito.createManagedLoginBranding({ UserPoolId, ClientId, UseCognitoProvidedValues: true })
})

test('a style goes with its client', async () => {
  const { style, ClientId } = await createStyle({}, [picture('FORM_LOGO', 'LIGHT', 'PNG', png)])
  await scene.cognito.deleteUserPoolClient({ UserPoolId, ClientId })
  const { ManagedLoginBrandingId } = style
  await assert.rejects(scene.cognito.describeManagedLoginBranding({ UserPoolId, ManagedLoginBrandingId }), {
    name: 'ResourceNotFoundException',
  })
})

test('an unknown client, or one of another pool, gets no style', async () => {
  const ClientId = await scene.newClient()
  const other = await scene.cognito.createUserPool({ PoolName: 'other' })
  for (const input of [
    { UserPoolId: other.UserPool!.Id!, ClientId },
    { UserPoolId, ClientId: 'nobody' },
  ])
    await assert.rejects(scene.cognito.createManagedLoginBranding({ ...input, UseCognitoProvidedValues: true }), {
      name: 'ResourceNotFoundException',
    })
})

test('pictures come back byte for byte, also together with the defaults', async () => {
  const ClientId = await scene.newClient()
  const given = [
    picture('FAVICON_ICO', 'DYNAMIC', 'ICO', ico),
    picture('FORM_LOGO', 'DARK', 'JPEG', jpeg),
    picture('FORM_LOGO', 'LIGHT', 'PNG', png),
    picture('PAGE_BACKGROUND', 'LIGHT', 'SVG', svg),
  ]
  await scene.cognito.createManagedLoginBranding({
    UserPoolId,
    ClientId,
    UseCognitoProvidedValues: true,
    Assets: given,
  })
  const { ManagedLoginBranding } = await scene.cognito.describeManagedLoginBrandingByClient({ UserPoolId, ClientId })
  assert.deepEqual(
    ManagedLoginBranding!.Assets!.map((asset) => ({ ...asset, Bytes: Buffer.from(asset.Bytes!) })),
    given.map(({ ...asset }) => ({ ...asset, Bytes: Buffer.from(asset.Bytes!) })),
  )
})

test('an update replaces the picture of a category and colour mode, and adds others', async () => {
  const { style } = await createStyle({}, [
    picture('FORM_LOGO', 'LIGHT', 'PNG', png),
    picture('FORM_LOGO', 'DARK', 'PNG', png),
  ])
  const update = async (Assets: AssetType[]) => {
    const { ManagedLoginBranding } = await scene.cognito.updateManagedLoginBranding({
      UserPoolId,
      ManagedLoginBrandingId: style.ManagedLoginBrandingId,
      Settings: {},
      Assets,
    })
    return ManagedLoginBranding!.Assets!.map(
      ({ Category, ColorMode, Extension }) => `${Category} ${ColorMode} ${Extension}`,
    )
  }
  assert.deepEqual(
    await update([picture('FORM_LOGO', 'DARK', 'SVG', svg), picture('PAGE_BACKGROUND', 'LIGHT', 'JPEG', jpeg)]),
    ['FORM_LOGO DARK SVG', 'FORM_LOGO LIGHT PNG', 'PAGE_BACKGROUND LIGHT JPEG'],
  )
  assert.equal((await update([picture('FORM_LOGO', 'DARK', 'SVG')])).length, 3)
  await assert.rejects(update([picture('FORM_BACKGROUND', 'DARK', 'SVG')]), invalid(/no bytes/))
  assert.deepEqual(await update([]), [])
})

test('a picture with the wrong format, or one that its category does not accept, is refused', async () => {
  const html = Buffer.from('<html><script>alert(1)</script></html>')
  const refused = [
    picture('FORM_LOGO', 'LIGHT', 'PNG', html),
    picture('FORM_LOGO', 'LIGHT', 'PNG', jpeg),
    picture('FORM_LOGO', 'LIGHT', 'JPEG', svg),
    picture('FORM_LOGO', 'LIGHT', 'SVG', html),
    picture('FORM_LOGO', 'LIGHT', 'WEBP', png),
    picture('FORM_LOGO', 'LIGHT', 'ICO', ico),
    picture('FAVICON_ICO', 'LIGHT', 'PNG', png),
    picture('FAVICON_ICO', 'LIGHT', 'ICO', png),
    picture('FAVICON_SVG', 'LIGHT', 'ICO', ico),
    picture('IDP_BUTTON_ICON', 'LIGHT', 'PNG', png),
    picture('FORM_LOGO', 'LIGHT', 'PNG', new Uint8Array()),
    picture('FORM_LOGO', 'LIGHT', 'PNG'),
    picture('BANNER', 'LIGHT', 'PNG', png),
    picture('FORM_LOGO', 'SEPIA', 'PNG', png),
  ]
  for (const asset of refused)
    await assert.rejects(createStyle({}, [asset]), { name: 'InvalidParameterException' }, JSON.stringify(asset))
  const twice = picture('FORM_LOGO', 'LIGHT', 'PNG', png)
  await assert.rejects(createStyle({}, [twice, twice]), invalid(/Duplicate/))
  const many = Array.from({ length: 41 }, (_, index) => ({
    ...picture('IDP_BUTTON_ICON', 'LIGHT', 'SVG', svg),
    ResourceId: `provider-${index}`,
  }))
  await assert.rejects(createStyle({}, many), invalid(/'assets' failed to satisfy constraint/))
  await createStyle({}, many.slice(1))
})

test('more than 20 styles of a pool are refused where the installation is strict', async () => {
  // The rates aside, which so many calls would reach.
  const limits = { UserPoolClientUpdate: 10_000, UserPoolResourceUpdate: 10_000, poolCallsPerSecond: 10_000 }
  const strict = await startScene({ limits }, true)
  try {
    const create = async () =>
      strict.cognito.createManagedLoginBranding({
        UserPoolId: strict.UserPoolId,
        ClientId: await strict.newClient(),
        UseCognitoProvidedValues: true,
      })
    for (let styles = 0; styles < 20; styles++) await create()
    await assert.rejects(create(), { name: 'LimitExceededException' })
  } finally {
    await strict.close()
  }
})
