import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultSettings } from '../../src/pool/branding/default-settings.ts'
import { completeSettings, mergeSettings, readSettings } from '../../src/pool/branding/settings.ts'

const refused: [string, unknown][] = [
  ['no object', []],
  ['text', 'dark'],
  ['a colour by name', { components: { pageBackground: { lightMode: { color: 'red' } } } }],
  ['a colour of six digits', { components: { pageBackground: { lightMode: { color: 'ff0000' } } } }],
  ['a colour with a sign', { components: { pageBackground: { lightMode: { color: '#ff0000ff' } } } }],
  ['CSS for a colour', { components: { pageBackground: { lightMode: { color: 'fff;}body{x:' } } } }],
  ['a number for a colour', { components: { pageBackground: { lightMode: { color: 12345678 } } } }],
  ['a list for a colour', { components: { pageBackground: { lightMode: { color: ['ffffffff'] } } } }],
  ['a text for a radius', { components: { form: { borderRadius: '8px' } } }],
  ['a radius below nothing', { components: { form: { borderRadius: -1 } } }],
  ['a radius without end', { components: { form: { borderRadius: 1e9 } } }],
  ['a word for a switch', { components: { form: { logo: { enabled: 'true' } } } }],
  ['a text for a branch', { components: 'none' }],
  ['an unknown colour mode', { categories: { global: { colorSchemeMode: 'SEPIA' } } }],
  ['markup for a word', { categories: { global: { spacingDensity: '<b>' } } }],
  ['a flat order of methods', { categories: { auth: { authMethodOrder: [{ display: 'BUTTON' }] } } }],
  ['an unknown method', { categories: { auth: { authMethodOrder: [[{ display: 'BUTTON', type: 'SCRIPT' }]] } } }],
  ['an endless order', { categories: { auth: { federation: { order: Array(301).fill('x') } } } }],
  ['a control character', { categories: { auth: { federation: { order: ['a\u0000b'] } } } }],
  ['an icon type', { components: { favicon: { enabledTypes: ['EXE'] } } }],
  ['a button of text', { components: { idpButton: { custom: { Okta: 'red' } } } }],
  [
    'a hostile button',
    { components: { idpButton: { custom: { Okta: { lightMode: { hover: { textColor: 'url(x)' } } } } } } },
  ],
]
for (const [what, settings] of refused)
  test(`settings with ${what} are refused`, () => {
    assert.throws(() => readSettings(settings), { name: 'InvalidParameterException' })
  })

test('the default settings are settings', () => {
  assert.deepEqual(readSettings(structuredClone(defaultSettings)), defaultSettings)
  assert.deepEqual(completeSettings(undefined), defaultSettings)
})

test('what no style has is left out, and so are nulls', () => {
  const given = JSON.parse(
    '{"__proto__":{"a":1},"constructor":{"b":2},"components":{"form":null,"alert":{"borderRadius":1}}}',
  )
  assert.deepEqual(readSettings(given), { components: { alert: { borderRadius: 1 } } })
  assert.equal(({} as { a?: number }).a, undefined)
})

test('a button of one provider has the tree of the standard one', () => {
  const custom = { Okta: { lightMode: { hover: { textColor: '112233ff', size: 3 } } } }
  assert.deepEqual(readSettings({ components: { idpButton: { custom } } }), {
    components: { idpButton: { custom: { Okta: { lightMode: { hover: { textColor: '112233ff' } } } } } },
  })
  const named = JSON.parse('{"components":{"idpButton":{"custom":{"__proto__":{"lightMode":{}}}}}}')
  assert.throws(() => readSettings(named), { name: 'InvalidParameterException' })
})

test('merging replaces lists and keeps both sides as they were', () => {
  const base = { a: { b: 1, c: [1, 2] } }
  const over = { a: { c: [3], d: { e: 4 } } }
  assert.deepEqual(mergeSettings(base, over), { a: { b: 1, c: [3], d: { e: 4 } } })
  assert.deepEqual(base, { a: { b: 1, c: [1, 2] } })
})
