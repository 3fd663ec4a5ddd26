import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { themeCss, unbranded } from '../../src/hosted/branding/theme-css.ts'
import { type BrandingSettings, defaultSettings } from '../../src/pool/branding/default-settings.ts'
import { completeSettings } from '../../src/pool/branding/settings.ts'

const colorPaths = (tree: object, path: string[] = []): string[][] =>
  Object.entries(tree).flatMap(([key, value]) => {
    const at = [...path, key]
    if (typeof value === 'object') return colorPaths(value, at)
    return typeof value === 'string' && /^[0-9a-f]{8}$/i.test(value) ? [at] : []
  })

test('every colour of the settings gets to the page, in the mode it is for', () => {
  const settings = structuredClone(defaultSettings) as BrandingSettings
  settings.categories.global.colorSchemeMode = 'DYNAMIC'
  const paths = colorPaths(settings)
  paths.forEach((path, index) => {
    const parent = path.slice(0, -1).reduce((tree: never, key) => tree[key], settings as never)
    ;(parent as Record<string, string>)[path.at(-1)!] = (0x10000000 + index).toString(16)
  })
  const [light, dark] = themeCss(settings).split('@media')
  // The service keeps the colours of an error twice; what an alert is made of comes from the alert.
  const twice = /statusIndicator\.\w+\.error\.(background|border)Color$/
  for (const [index, path] of paths.entries()) {
    const name = path.join('.')
    if (twice.test(name)) continue
    const sheet = path.includes('darkMode') ? dark! : light!
    assert.ok(sheet.includes(`#${(0x10000000 + index).toString(16)}`), name)
  }
})

test('every custom property that the stylesheet reads is one of the theme or its own', async () => {
  const css = await readFile(new URL('../../views/assets/login.css', import.meta.url), 'utf8')
  const theme = themeCss(unbranded)
  for (const [, name] of css.matchAll(/var\((--[\w-]+)/g))
    assert.ok(theme.includes(`${name}:`) || css.includes(`  ${name}:`), name)
})

test('a style with one color scheme contains nothing of the other', () => {
  const light = themeCss(completeSettings({}))
  assert.match(light, /color-scheme:light;/)
  assert.doesNotMatch(light, /@media|#539fe5ff/)
  const dark = themeCss(completeSettings({ categories: { global: { colorSchemeMode: 'DARK' } } }))
  assert.match(dark, /color-scheme:dark;/)
  assert.doesNotMatch(dark, /@media|#0972d3ff/)
})

test('shapes, density and places are read from their words', () => {
  const of = (settings: object) => themeCss(completeSettings(settings as never))
  assert.match(of({ componentClasses: { buttons: { borderRadius: 22.5 } } }), /--button-radius:22.5px/)
  assert.match(of({}), /--density:1;--form-inline:center;--form-block:center;--graphics:block/)
  assert.match(of({ categories: { global: { spacingDensity: 'COMPACT' } } }), /--density:0.7/)
  assert.match(of({ categories: { global: { spacingDensity: 'SOMETHING' } } }), /--density:1;/)
  const location = { horizontal: 'END', vertical: 'START' }
  assert.match(of({ categories: { form: { location } } }), /--form-inline:end;--form-block:start/)
})

test('a background needs its switch and its picture', () => {
  const on = { components: { form: { backgroundImage: { enabled: true } } } }
  const image = { light: 'abc.svg', dark: 'def.png' }
  assert.match(themeCss(completeSettings(on), { form: image }), /--form-image:url\("..\/branding\/abc.svg"\)/)
  assert.match(themeCss(completeSettings({}), { form: image }), /--form-image:none/)
  assert.match(themeCss(completeSettings(on)), /--form-image:none/)
  assert.match(themeCss(unbranded, { page: image }), /@media.*--page-image:url\("..\/branding\/def.png"\)/)
  assert.match(themeCss(completeSettings(on), { form: { light: 'x");@import "//evil' } }), /--form-image:none/)
})

test('the button of one provider is known by its name, whatever that is', () => {
  const custom = { 'Ök"ta]{}': { lightMode: { hover: { textColor: '12345678' } } } }
  const css = themeCss(completeSettings({ components: { idpButton: { custom } } }))
  assert.ok(css.includes(String.raw`.idp[data-provider="\d6 k\22 ta\5d \7b \7d "]{--idp-hover-text:#12345678}`), css)
})

test('what got past the checks still does not leave its declaration', () => {
  const evil = 'red}body{background:url(//evil.example)'
  const poison = (tree: object): object =>
    Object.fromEntries(
      Object.entries(tree).map(([key, value]) => [
        key,
        Array.isArray(value) ? value : typeof value === 'object' ? poison(value) : evil,
      ]),
    )
  for (const colorSchemeMode of ['LIGHT', 'DARK', 'DYNAMIC']) {
    const settings = poison(defaultSettings) as BrandingSettings
    settings.categories.global.colorSchemeMode = colorSchemeMode
    settings.components.idpButton.custom = { [evil]: { lightMode: { hover: { textColor: evil } } } }
    const css = themeCss(settings)
    assert.doesNotMatch(css, /evil\.example\)|body\{/)
  }
})
