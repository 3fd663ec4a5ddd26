import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { themeCss, unbranded } from '../../src/hosted/branding/theme-css.ts'
import { signUpAttributes } from '../../src/hosted/offers.ts'
import { explain } from '../../src/hosted/refusal.ts'
import { languageNamed } from '../../src/hosted/texts/texts.ts'
import { loginView } from '../../src/hosted/views/login-view.ts'
import type { Scene } from '../../src/hosted/views/page-view.ts'
import { newUsernameField, usernameField } from '../../src/hosted/views/username-field.ts'
import * as errors from '../../src/model/errors.ts'
import type { PoolSettings } from '../../src/model/settings.ts'
import { defaultSettings } from '../../src/pool/branding/default-settings.ts'
import type { Client } from '../../src/pool/clients/client.ts'
import type { Pool } from '../../src/pool/pools/pool.ts'
import { standardAttributes } from '../../src/pool/pools/standard-attributes.ts'

const { t } = languageNamed('en')

function poolWith(settings: Partial<PoolSettings>, required: string[] = []): Pool {
  const SchemaAttributes = standardAttributes.map((one) => ({ ...one, Required: required.includes(one.Name) }))
  return { id: 'us-east-1_A', settings: { SchemaAttributes, ...settings } } as Pool
}

const clientWith = (settings: Client['settings'] = {}): Client =>
  ({ settings: { SupportedIdentityProviders: ['COGNITO'], ...settings } }) as Client

test('the name field asks for what the pool signs in with', () => {
  const cases: [Partial<PoolSettings>, string, string][] = [
    [{}, 'Username', 'text'],
    [{ UsernameAttributes: ['email'] }, 'Email address', 'email'],
    [{ UsernameAttributes: ['phone_number'] }, 'Phone number', 'tel'],
    [{ UsernameAttributes: ['phone_number', 'email'] }, 'Email address or phone number', 'text'],
    [{ AliasAttributes: ['email'] }, 'Username or email address', 'text'],
    [{ AliasAttributes: ['phone_number', 'email'] }, 'Username, email address or phone number', 'text'],
    [{ AliasAttributes: ['preferred_username'] }, 'Username', 'text'],
  ]
  for (const [settings, label, type] of cases) {
    const field = usernameField(t, poolWith(settings), {})
    assert.deepEqual([field.label, field.type, field.autocomplete], [label, type, 'username'])
  }
  // A new user can't be called by an alias.
  assert.equal(newUsernameField({ t, lang: 'en' }, poolWith({ AliasAttributes: ['email'] }), {}).label, 'Username')
  assert.equal(
    newUsernameField({ t, lang: 'en' }, poolWith({ UsernameAttributes: ['email'] }), {}).autocomplete,
    'email',
  )
})

test('sign-up asks for the required attributes, and for an address where a code has to go somewhere', () => {
  const cases: [Partial<PoolSettings>, string[], string[]][] = [
    [{}, [], []],
    [{}, ['sub', 'name', 'email'], ['name', 'email']],
    [{ UsernameAttributes: ['email'] }, ['email', 'name'], ['name']],
    [{ UsernameAttributes: ['email'], AutoVerifiedAttributes: ['email'] }, [], []],
    [{ AutoVerifiedAttributes: ['email'] }, ['name'], ['email', 'name']],
    [{ AutoVerifiedAttributes: ['email', 'phone_number'] }, ['phone_number'], ['phone_number']],
  ]
  for (const [settings, required, asked] of cases)
    assert.deepEqual(signUpAttributes(poolWith(settings, required), clientWith()), asked)
})

test('a client that no users of the pool can sign in to has a message instead of a form', () => {
  const scene = {
    t,
    pool: poolWith({}),
    client: clientWith({ SupportedIdentityProviders: [] }),
    parameters: {},
    flash: { page: 'login' },
    link: () => '/somewhere',
    signInWith: () => '/elsewhere',
    form: () => assert.fail('a form was made'),
  } as unknown as Scene
  const view = loginView(scene, { domainSearch: false })
  assert.equal(view.form, undefined)
  assert.match(view.description, /doesn’t offer/)
})

test('a refusal is shown next to the field that it is about', () => {
  const fields = ['username', 'name', 'phone_number', 'password', 'code']
  const cases: [errors.ServiceError, Record<string, string>][] = [
    [new errors.InvalidPassword(), { password: 'Password does not conform to policy' }],
    [new errors.CodeMismatch(), { code: 'Invalid verification code provided, please try again.' }],
    [new errors.InvalidParameter('No such name', { field: 'username' }), { username: 'No such name' }],
    [new errors.InvalidParameter('No such address', { field: 'email' }), { username: 'No such address' }],
    [new errors.InvalidParameter('No such number', { field: 'phone_number' }), { phone_number: 'No such number' }],
    [new errors.UsernameExists(), { username: 'User already exists' }],
    [new errors.WrongCredentials(), { password: 'Incorrect username or password.' }],
    [
      new errors.InvalidParameter('Attributes did not conform …', {
        reason: 'attributes',
        faults: [
          { field: 'name', reason: 'required', text: 'The attribute is required' },
          { field: 'phone_number', reason: 'attribute-invalid', text: 'Too long' },
        ],
      }),
      { name: 'The attribute is required', phone_number: 'Too long' },
    ],
    [
      new errors.InvalidParameter('2 validation errors detected: …', {
        reason: 'constraints',
        faults: [
          { field: 'password', reason: 'pattern', text: 'Member must …' },
          { field: 'userAttributes.1.member.value', reason: 'too-long', text: 'Member must …' },
        ],
      }),
      {
        password: 'Use 2 to 256 characters, with no space at the start or end.',
        name: 'This value can’t be used.',
      },
    ],
  ]
  for (const [error, wanted] of cases) {
    const shown = explain(t, error, { fields, byReason: { 'wrong-credentials': 'password' }, attributes: ['name'] })
    assert.deepEqual(shown, { errors: wanted }, error.message)
  }
})

test('the text of a refusal decides nothing: one that only looks like another is shown above the form', () => {
  const texts = [
    'Username should be an email.',
    'Incorrect username or password.',
    'Attributes did not conform to the schema: name: The attribute is required\n',
    "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
  ]
  for (const text of texts) {
    const fields = ['username', 'email', 'name', 'password']
    const shown = explain(t, new errors.InvalidParameter(text), {
      fields,
      byReason: { 'wrong-credentials': 'password' },
    })
    assert.deepEqual(shown, { errors: {}, alert: { kind: 'error', text } })
  }
})

test('a refusal that is about no field is shown above the form, word for word', () => {
  const texts = [
    'PreSignUp failed with error <b>No</b> such luck..',
    'Attempt limit exceeded, please try after some time.',
  ]
  for (const text of texts) {
    const shown = explain(t, new errors.UserLambdaValidation(text), { fields: ['username'] })
    assert.deepEqual(shown, { errors: {}, alert: { kind: 'error', text } })
  }
  const hidden = new errors.InvalidParameter('Attributes did not conform …', {
    reason: 'attributes',
    faults: [{ field: 'gender', reason: 'attribute-invalid', text: 'Too long' }],
  })
  assert.equal(explain(t, hidden, { fields: ['username'] }).alert?.text, 'gender: Too long')
})

test('a style becomes custom properties, and nothing else', () => {
  const css = themeCss(unbranded)
  assert.match(css, /--button-background:#0972d3ff/)
  assert.match(css, /@media \(prefers-color-scheme:dark\)\{:root\{.*--button-background:#539fe5ff/)

  const settings = structuredClone(defaultSettings)
  settings.categories.global.colorSchemeMode = 'LIGHT'
  settings.components.primaryButton.lightMode.defaults.backgroundColor = 'red}body{display:none'
  settings.componentClasses.buttons.borderRadius = '8px;}' as unknown as number
  const hostile = themeCss(settings)
  assert.doesNotMatch(hostile, /body|display:none|@media/)
  assert.match(hostile, /--button-background:unset/)
})

test('every button of the pages has a look of its own, also the one that allows', async () => {
  for await (const file of glob('views/{pages,partials,challenges}/*.hbs'))
    for (const [button] of (await readFile(file, 'utf8')).matchAll(/<button [^>]*>/g))
      assert.match(button, / class="/, `${file}: ${button}`)
})
