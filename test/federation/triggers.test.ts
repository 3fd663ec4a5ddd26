import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { type FakeIdp, startFakeIdp } from './fake-idp.ts'
import { createSamlIdp, readRedirect } from './saml-idp.ts'
import { callback, createBrowser, type Scene, startScene } from './scene.ts'

let scene: Scene
let idp: FakeIdp
let clientId: string
const folder = mkdtempSync(join(tmpdir(), 'poolhouse-triggers-'))
const log = join(folder, 'events.ndjson')

// One function for every occasion: it keeps the event, and does what the user's name asks for.
const source = `
import { appendFileSync, readFileSync } from 'node:fs'
import { CognitoIdentityProvider } from ${JSON.stringify(import.meta.resolve('@aws-sdk/client-cognito-identity-provider'))}
const link = (event, name) =>
  new CognitoIdentityProvider({
    region: event.region,
    endpoint: readFileSync(${JSON.stringify(join(folder, 'endpoint'))}, 'utf8'),
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  }).adminLinkProviderForUser({
    UserPoolId: event.userPoolId,
    DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: name },
    SourceUser: {
      ProviderName: event.userName.split('_')[0],
      ProviderAttributeName: 'Cognito_Subject',
      ProviderAttributeValue: event.userName.split('_')[1],
    },
  })
export async function handler(event) {
  appendFileSync(${JSON.stringify(log)}, JSON.stringify(event) + '\\n')
  const { triggerSource, userName, request, response } = event
  if (userName.endsWith('_denied') && triggerSource === 'PreSignUp_ExternalProvider') throw new Error('Not allowed')
  if (userName.endsWith('_late') && triggerSource === 'PreAuthentication_Authentication') throw new Error('Not now')
  if (userName.endsWith('_changed') && triggerSource === 'InboundFederation_ExternalProvider')
    response.userAttributesToMap = { ...request.attributes.idToken, given_name: 'From the function' }
  if (userName.endsWith('_passed') && triggerSource === 'InboundFederation_ExternalProvider')
    response.userAttributesToMap = request.attributes.samlResponse ?? { ...request.attributes.userInfo, ...request.attributes.idToken }
  if (userName.endsWith('_dropped') && triggerSource === 'InboundFederation_ExternalProvider')
    response.userAttributesToMap = { email: 'only@acme.example' }
  if (userName.endsWith('_local') && triggerSource === 'PreSignUp_ExternalProvider') await link(event, 'local')
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
  writeFileSync(join(folder, 'endpoint'), scene.url)
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
    AttributeMapping: { email: 'email', given_name: 'given_name', nickname: 'nicks' },
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

test('the error that a function throws reaches the app, and no user is created', async () => {
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

test('attributes that the inbound function leaves out are not mapped, and the others are unchanged', async () => {
  const names = { given_name: 'Ann', nicks: ['annie', 'a b'] }
  idp.claims = { sub: 'dropped', email: 'a@acme.example', ...names }
  await scene.signIn(clientId)
  const dropped = await scene.attributes('Acme_dropped')
  assert.deepEqual([dropped.email, dropped.given_name, dropped.nickname], ['only@acme.example', undefined, undefined])

  idp.claims = { sub: 'passed', ...names }
  await scene.signIn(clientId)
  const passed = await scene.attributes('Acme_passed')
  assert.deepEqual([passed.given_name, passed.nickname], ['Ann', 'annie,a b'])
})

test('the function receives the provider’s attributes as strings', async () => {
  idp.claims = { sub: 'texts', email: 'texts@acme.example', email_verified: true, groups: ['staff', 'on call'] }
  idp.profile = { sub: 'texts', age: 42, address: { country: 'NO' }, nothing: null }
  await scene.signIn(clientId)
  const { attributes } = events()[0]!.request as { attributes: Record<string, Record<string, unknown>> }
  const { tokenResponse, idToken, userInfo } = attributes
  assert.deepEqual([tokenResponse!.expires_in, tokenResponse!.token_type], ['60', 'Bearer'])
  assert.deepEqual([idToken!.email_verified, idToken!.groups], ['true', 'staff,on call'])
  assert.deepEqual(userInfo, { sub: 'texts', age: '42', address: '{"country":"NO"}' })
  for (const part of Object.values(attributes))
    for (const [name, value] of Object.entries(part)) assert.equal(typeof value, 'string', name)
  idp.profile = {}
})

test('a user whom the pre sign-up function links is who signs in, at once', async () => {
  const UserPoolId = scene.poolId
  await scene.cognito.adminCreateUser({ UserPoolId, Username: 'local', MessageAction: 'SUPPRESS' })
  const { sub } = await scene.attributes('local')
  writeFileSync(log, '')
  idp.claims = { sub: 'local', given_name: 'Ann' }
  const { id } = await scene.signIn(clientId)
  assert.deepEqual([id.sub, id['cognito:username'], id.given_name], [sub, 'local', 'Ann'])
  assert.deepEqual(sources(), [
    'InboundFederation_ExternalProvider',
    'PreSignUp_ExternalProvider',
    'PreAuthentication_Authentication',
    'PostAuthentication_Authentication',
    'TokenGeneration_HostedAuth',
  ])
  await assert.rejects(scene.attributes('Acme_local'), { name: 'UserNotFoundException' })
})

test('a SAML response is shown to the functions by its attributes', async () => {
  const saml = createSamlIdp()
  await scene.cognito.createIdentityProvider({
    UserPoolId: scene.poolId,
    ProviderName: 'Corp',
    ProviderType: 'SAML',
    ProviderDetails: { MetadataFile: saml.metadata() },
    AttributeMapping: { email: 'mail', given_name: 'cn' },
  })
  const browser = createBrowser()
  const departure = await browser.get(scene.authorizeUrl(await scene.client(['Corp'])))
  const { id, relayState } = readRedirect(new URL(departure.headers.get('location')!))
  const acs = `${scene.site}/saml2/idpresponse`
  const SAMLResponse = saml.answer({
    acs,
    audience: `urn:amazon:cognito:sp:${scene.poolId}`,
    inResponseTo: id,
    nameId: 'passed',
    attributes: { mail: 'p@corp.example', cn: 'Pat' },
  })
  const parked = await createBrowser().post(acs, { SAMLResponse, RelayState: relayState })
  await browser.follow(new URL(parked.headers.get('location')!, acs).href, (url) => url.href.startsWith(callback))
  const [inbound] = events()
  assert.equal(inbound!.userName, 'Corp_passed')
  assert.deepEqual(inbound!.request, {
    providerName: 'Corp',
    providerType: 'SAML',
    attributes: { samlResponse: { mail: 'p@corp.example', cn: 'Pat', NameID: 'passed' } },
  })
  const { email, given_name } = await scene.attributes('Corp_passed')
  assert.deepEqual([email, given_name], ['p@corp.example', 'Pat'])
})
