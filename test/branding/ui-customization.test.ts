import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readClassicCss, writeClassicCss } from '../../src/pool/branding/classic-css.ts'
import { jpeg, png, type Scene, startScene, svg } from './scene.ts'

let scene: Scene
let UserPoolId: string

before(async () => {
  scene = await startScene({ domain: 'classic-pages' })
  UserPoolId = scene.UserPoolId
})
after(() => scene.close())

const css = '.label-customizable {font-weight: 400;}'
const get = async (ClientId?: string) =>
  (await scene.cognito.getUICustomization({ UserPoolId, ClientId })).UICustomization!

test('a client without customization has that of all clients, until it gets its own', async () => {
  const ClientId = await scene.newClient()
  assert.deepEqual(await get(ClientId), {})
  assert.deepEqual(await get(), {})

  const { UICustomization: all } = await scene.cognito.setUICustomization({ UserPoolId, CSS: css })
  assert.equal(all!.ClientId, 'ALL')
  assert.equal(all!.CSS, css)
  assert.match(all!.CSSVersion!, /^\d{14}$/)
  assert.deepEqual(await get(ClientId), all)
  assert.deepEqual(await get('ALL'), all)

  const own = '.label-customizable {font-weight: 100;}'
  await scene.cognito.setUICustomization({ UserPoolId, ClientId, CSS: own })
  const client = await get(ClientId)
  assert.equal(client.ClientId, ClientId)
  assert.equal(client.CSS, own)
  assert.equal((await get()).CSS, css)

  await scene.cognito.setUICustomization({ UserPoolId, ClientId })
  assert.equal((await get(ClientId)).ClientId, 'ALL')
  await scene.cognito.setUICustomization({ UserPoolId, ClientId: 'ALL' })
  assert.deepEqual(await get(ClientId), {})
})

test('CSS and logo are set together, and the day of the first stays', async () => {
  const ClientId = await scene.newClient()
  const first = await scene.cognito.setUICustomization({ UserPoolId, ClientId, CSS: css, ImageFile: png })
  assert.match(first.UICustomization!.ImageUrl!, /^http:\/\/classic-pages\.auth\.localhost:\d+\/branding\/[\w-]+\.png$/)
  scene.clock.advance({ minutes: 1 })
  const second = await scene.cognito.setUICustomization({ UserPoolId, ClientId, CSS: css })
  assert.equal(second.UICustomization!.ImageUrl, undefined)
  assert.deepEqual(second.UICustomization!.CreationDate, first.UICustomization!.CreationDate)
  assert.ok(second.UICustomization!.LastModifiedDate! > first.UICustomization!.LastModifiedDate!)
  const third = await scene.cognito.setUICustomization({ UserPoolId, ClientId, ImageFile: jpeg })
  assert.match(third.UICustomization!.ImageUrl!, /\.jpeg$/)
  assert.equal(third.UICustomization!.CSS, undefined)
})

test('a pool without a domain has no pages to customize', async () => {
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'homeless' })
  const refused = {
    name: 'InvalidParameterException',
    message: 'There has to be an existing domain associated with this user pool',
  }
  await assert.rejects(scene.cognito.setUICustomization({ UserPoolId: UserPool!.Id, CSS: css }), refused)
  await assert.rejects(scene.cognito.getUICustomization({ UserPoolId: UserPool!.Id }), refused)
})

test('an unknown client is refused', async () => {
  await assert.rejects(scene.cognito.setUICustomization({ UserPoolId, ClientId: 'nobody', CSS: css }), {
    name: 'ResourceNotFoundException',
  })
})

test('a logo is a PNG or JPEG of at most 100 KB', async () => {
  const large = Buffer.concat([png, Buffer.alloc(100 * 1024)])
  const gif = Buffer.from('GIF89a\x01\x00\x01\x00')
  for (const ImageFile of [large, svg, gif, Buffer.from('<script>alert(1)</script>')])
    await assert.rejects(scene.cognito.setUICustomization({ UserPoolId, ImageFile }), {
      name: 'InvalidParameterException',
    })
})

test('CSS of anything but the classes of the list is refused', async () => {
  const refused = [
    'body { background: red }',
    '.other { color: red }',
    '.label-customizable .x { color: red }',
    '.label-customizable:hover { color: red }',
    '.label-customizable, body { color: red }',
    '@import "https://evil.example/x.css";',
    '@media screen { .label-customizable { color: red } }',
    '.label-customizable { color: red',
    '.label-customizable { color }',
    '} .label-customizable { color: red }',
    '.label-customizable { color: javascript:alert(1) }',
    '.label-customizable { width: expression(alert(1)) }',
    '.label-customizable { color: red }</style><script>alert(1)</script>',
    'color: red',
  ]
  for (const CSS of refused)
    await assert.rejects(
      scene.cognito.setUICustomization({ UserPoolId, CSS }),
      {
        name: 'InvalidParameterException',
        message: /^Invalid CSS: |^The CSS class .* is not in the list of allowed classes\.$/s,
      },
      CSS,
    )
})

test('every class of the list is taken, alone or with others', async () => {
  const CSS = `
    /* ours */
    .background-customizable, .banner-customizable { background-color: #f00; }
    .submitButton-customizable:hover { color: RGB(1, 2, 3) }
    .inputField-customizable:focus { border-color: blue; outline: 0 }
    .passwordCheck-notValid-customizable { color: red }
    .redirect-customizable { }`
  const { UICustomization } = await scene.cognito.setUICustomization({ UserPoolId, CSS })
  assert.equal(UICustomization!.CSS, CSS)
})

const shown = (text: string) => writeClassicCss(readClassicCss(text))

test('a page contains only known properties with plain values', () => {
  assert.equal(
    shown('.banner-customizable{padding: 25px 0px 25px 0px; background-color: lightgray}'),
    ':root .banner-customizable{padding:25px 0px 25px 0px;background-color:lightgray}',
  )
  assert.equal(
    shown('.submitButton-customizable{background:linear-gradient(135deg, #111, rgb(0 0 0 / 50%)) !important;zoom:3}'),
    ':root .submitButton-customizable{background:linear-gradient(135deg, #111, rgb(0 0 0 / 50%)) !important}',
  )
})

const stripped = [
  'background: url(https://evil.example/x.png)',
  'background: url("//evil.example")',
  'background: u\\72l(//evil.example)',
  'background: image-set("https://evil.example/x" 1x)',
  'background: -webkit-image-set("https://evil.example/x" 1x)',
  'background: url(data:image/svg+xml;base64,PHN2Zy8+)',
  'background: src("https://evil.example")',
  'position: fixed',
  'content: "pay here"',
  '-moz-binding: none',
  'behavior: none',
  'color: red"',
  'color: red\\',
  'color: rgb(1,2',
  'color: rgb(1))',
  'color: red;color: {',
]
for (const declaration of stripped)
  test(`a page does not show ${declaration}`, () => {
    let written = ''
    try {
      written = shown(`.label-customizable{${declaration}}`)
    } catch (error) {
      assert.equal((error as Error).name, 'InvalidParameterException')
    }
    assert.doesNotMatch(written, /evil|svg\+xml|position|content|binding|behavior|["'\\]|rgb/)
  })

test('a picture within the text is shown', () => {
  const banner = '.banner-customizable{background-image:url(data:image/png;base64,iVBORw0KGgo=)}'
  assert.equal(shown(banner), `:root ${banner}`)
})
