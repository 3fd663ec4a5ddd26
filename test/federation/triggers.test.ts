import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { type FakeIdp, startFakeIdp } from './fake-idp.ts'
import { createBrowser, type Scene, startScene } from './scene.ts'

let scene: Scene
let idp: FakeIdp
let clientId: string
const folder = mkdtempSync(join(tmpdir(), 'poolhouse-triggers-'))
const log = join(folder, 'events.ndjson')

// One function for every occasion: it keeps the event, and does what the user's name asks for.
const source = `
import { appendFileSync } from 'node:fs'
export async function handler(event) {
  appendFileSync(${JSON.stringify(log)}, JSON.stringify(event) + '\\n')
  const { triggerSource, userName, request, response } = event
  if (userName.endsWith('_denied') && triggerSource === 'PreSignUp_ExternalProvider') throw new Error('Not allowed')
  if (userName.endsWith('_late') && triggerSource === 'PreAuthentication_Authentication') throw new Error('Not now')
  if (userName.endsWith('_changed') && triggerSource === 'InboundFederation_ExternalProvider')
    response.userAttributesToMap = { ...request.attributes.idToken, given_name: 'From the function' }
  if (triggerSource === 'PreSignUp_ExternalProvider') response.autoVerifyEmail = true
  return event
}`

before(async () => {
  writeFileSync(join(folder, 'spy.mjs'), source)
  ;[scene, idp] = await Promise.all([
    startScene(
      {
        LambdaConfig: Object.fromEntries(
          ['PreSignUp', 'PostConfirmation', 'PreAuthentication', 'PostAuthentication', 'PreTokenGeneration'].map(
            (name) => [name, 'arn:aws:lambda:us-east-1:000000000000:function:spy'],
          ),
        ),
      },
      { triggersDir: folder },
    ),
    startFakeIdp(),
  ])
  const { UserPool } = await scene.cognito.describeUserPool({ UserPoolId: scene.poolId })
  await scene.cognito.updateUserPool({
    UserPoolId: scene.poolId,
    LambdaConfig: {
      ...UserPool!.LambdaConfig,
      InboundFederation: {
        LambdaVersion: 'V1_0',
        LambdaArn: 'arn:aws:lambda:us-east-1:000000000000:function:spy',
      },
    },
  })
  await scene.cognito.createIdentityProvider({
    UserPoolId: scene.poolId,
    ProviderName: 'Acme',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'poolhouse',
      client_secret: 'secret',
      authorize_scopes: 'openid',
      oidc_issuer: idp.url,
      attributes_request_method: 'GET',
    },
    AttributeMapping: { email: 'email', given_name: 'given_name' },
  })
  clientId = await scene.client(['Acme'])
})
after(async () => {
  idp.close()
  await scene.close()
  rmSync(folder, { recursive: true })
})
beforeEach(() => writeFileSync(log, ''))

interface Event {
  triggerSource: string
  userName: string
  request: Record<string, unknown>
}
const events = (): Event[] =>
  readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
const sources = () => events().map(({ triggerSource }) => triggerSource)

test('the first sign-in and later ones call what is documented, in order', async () => {
  idp.claims = { sub: 'ann', email: 'ann@acme.example' }
  idp.profile = { sub: 'ann', nick: 'annie' }
  const { id } = await scene.signIn(clientId)
  assert.deepEqual(sources(), [
    'InboundFederation_ExternalProvider',
    'PreSignUp_ExternalProvider',
    'PostConfirmation_ConfirmSignUp',
    'TokenGeneration_HostedAuth',
  ])
  assert.equal(id.email_verified, true, 'the function has verified the address')
  const [inbound, preSignUp] = events()
  assert.equal(inbound!.userName, 'Acme_ann')
  const { providerName, providerType, attributes } = inbound!.request as Record<string, Record<string, unknown>>
  assert.deepEqual([providerName, providerType], ['Acme', 'OIDC'])
  assert.deepEqual(Object.keys(attributes!).sort(), ['idToken', 'tokenResponse', 'userInfo'])
  assert.deepEqual(attributes!.userInfo, { sub: 'ann', nick: 'annie' })
  assert.equal((preSignUp!.request.userAttributes as Record<string, string>).email, 'ann@acme.example')

  writeFileSync(log, '')
  await scene.signIn(clientId)
  assert.deepEqual(sources(), [
    'InboundFederation_ExternalProvider',
    'PreAuthentication_Authentication',
    'PostAuthentication_Authentication',
    'TokenGeneration_HostedAuth',
  ])
})

test('what a function throws reaches the app, and nobody is made', async () => {
  idp.claims = { sub: 'denied' }
  const denied = await scene.visit(createBrowser(), clientId)
  assert.deepEqual(
    [denied.get('error'), denied.get('error_description')],
    ['invalid_request', 'PreSignUp failed with error Not allowed.'],
  )
  await assert.rejects(scene.attributes('Acme_denied'), { name: 'UserNotFoundException' })

  idp.claims = { sub: 'late' }
  await scene.signIn(clientId)
  const late = await scene.visit(createBrowser(), clientId)
  assert.equal(late.get('error_description'), 'PreAuthentication failed with error Not now.')
})

test('the inbound function may change what is mapped', async () => {
  idp.claims = { sub: 'changed', given_name: 'From the provider' }
  await scene.signIn(clientId)
  assert.equal((await scene.attributes('Acme_changed')).given_name, 'From the function')
})
