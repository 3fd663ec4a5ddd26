import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { startFakeIdp } from './fake-idp.ts'
import { createSamlIdp, readRedirect } from './saml-idp.ts'
import { type Browser, callback, createBrowser, type Scene, startScene } from './scene.ts'

/** Answers that reach another pool, app or way than the one that asked. */

let scene: Scene
let clientId: string
let neighbour: { id: string; site: string; clientId: string }
let oidc: Awaited<ReturnType<typeof startFakeIdp>>
const saml = createSamlIdp()

before(async () => {
  ;[scene, oidc] = await Promise.all([startScene(), startFakeIdp()])
  oidc.claims = { sub: 'ann' }
  await addProviders(scene.poolId)
  clientId = await scene.client(['COGNITO', 'Acme', 'Corp'])
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'neighbour' })
  const id = UserPool!.Id!
  await addProviders(id)
  const { UserPoolClient } = await scene.cognito.createUserPoolClient({
    UserPoolId: id,
    ClientName: 'app',
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    SupportedIdentityProviders: ['Acme', 'Corp'],
    CallbackURLs: [callback],
  })
  neighbour = { id, site: `${scene.url}/${id}`, clientId: UserPoolClient!.ClientId! }
})
after(async () => {
  oidc.close()
  await scene.close()
})

async function addProviders(UserPoolId: string): Promise<void> {
  await scene.cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Acme',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'poolhouse',
      client_secret: 'secret',
      authorize_scopes: 'openid',
      oidc_issuer: oidc.url,
      attributes_request_method: 'GET',
    },
  })
  for (const [ProviderName, IDPInit] of [
    ['Corp', 'false'],
    ['Portal', 'true'],
  ] as const)
    await scene.cognito.createIdentityProvider({
      UserPoolId,
      ProviderName,
      ProviderType: 'SAML',
      ProviderDetails: { MetadataFile: saml.metadata(), IDPInit },
    })
}

const away = async (browser: Browser, provider: string, site = scene.site, client = clientId): Promise<URL> => {
  const query = { client_id: client, redirect_uri: callback, response_type: 'code', state: randomUUID() }
  const parameters = new URLSearchParams({ ...query, identity_provider: provider })
  const response = await browser.get(`${site}/oauth2/authorize?${parameters}`)
  return new URL(response.headers.get('location')!)
}

const responseFor = (site: string, poolId: string, inResponseTo?: string) =>
  saml.answer({ acs: `${site}/saml2/idpresponse`, audience: `urn:amazon:cognito:sp:${poolId}`, inResponseTo })

const refused = async (response: Response): Promise<void> => {
  assert.equal(response.status, 400)
  assert.equal(response.headers.get('location'), null)
  assert.match(response.headers.get('content-type')!, /^text\/(html|plain)/)
}

test('an answer is for the pool whose browser asked', async () => {
  const browser = createBrowser()
  const there = await away(browser, 'Acme', neighbour.site, neighbour.clientId)
  await away(browser, 'Acme')
  const back = new URL((await fetch(there, { redirect: 'manual' })).headers.get('location')!)
  await refused(await browser.get(`${scene.site}/oauth2/idpresponse${back.search}`))
  // It is still good where it belongs.
  assert.equal((await browser.get(back.href)).status, 303)

  const { id, relayState } = readRedirect(await away(browser, 'Corp', neighbour.site, neighbour.clientId))
  const SAMLResponse = responseFor(neighbour.site, neighbour.id, id)
  const stray = { SAMLResponse, RelayState: relayState }
  await refused(await createBrowser().post(`${scene.site}/saml2/idpresponse`, stray))
  const parked = await createBrowser().post(`${neighbour.site}/saml2/idpresponse`, stray)
  const pickUp = new URL(parked.headers.get('location')!, scene.url)
  await refused(await browser.get(`${scene.site}/saml2/idpresponse${pickUp.search}`))
  await refused(await browser.get(`${neighbour.site}/oauth2/idpresponse${pickUp.search}`))
})

test('a response for one pool is none for another, though the provider be the same', async () => {
  const browser = createBrowser()
  const { id, relayState } = readRedirect(await away(browser, 'Corp'))
  for (const SAMLResponse of [
    responseFor(neighbour.site, scene.poolId, id),
    responseFor(scene.site, neighbour.id, id),
  ]) {
    const parked = await createBrowser().post(`${scene.site}/saml2/idpresponse`, {
      SAMLResponse,
      RelayState: relayState,
    })
    const next = parked.headers.get('location')
    if (!next) continue
    const end = await browser.get(new URL(next, scene.url).href)
    const told = new URL(end.headers.get('location') ?? callback)
    assert.equal(told.searchParams.get('code'), null)
  }
})

test('an answer comes by the way of its question', async () => {
  const browser = createBrowser()
  const { id, relayState } = readRedirect(await away(browser, 'Corp'))
  await refused(await browser.get(`${scene.site}/oauth2/idpresponse?state=${relayState}&code=x`))
  const state = (await away(browser, 'Acme')).searchParams.get('state')!
  const SAMLResponse = responseFor(scene.site, scene.poolId, id)
  const parked = await createBrowser().post(`${scene.site}/saml2/idpresponse`, { SAMLResponse, RelayState: state })
  await refused(await browser.get(new URL(parked.headers.get('location')!, scene.url).href))
})

test('two sign-ins of one browser do not get in each other’s way', async () => {
  const browser = createBrowser()
  const [first, second] = [await away(browser, 'Acme'), await away(browser, 'Acme')]
  for (const url of [second, first]) {
    const back = (await fetch(url, { redirect: 'manual' })).headers.get('location')!
    const end = await browser.follow(back, (at) => at.href.startsWith(callback))
    assert.ok(end.searchParams.get('code'), end.href)
  }
})

test('a provider that was removed from the client meanwhile can’t complete a sign-in', async () => {
  const brief = await scene.client(['Acme', 'Corp'])
  const browser = createBrowser()
  const url = await away(browser, 'Acme', scene.site, brief)
  await scene.cognito.updateUserPoolClient({
    UserPoolId: scene.poolId,
    ClientId: brief,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    CallbackURLs: [callback],
    SupportedIdentityProviders: ['Corp'],
  })
  const back = (await fetch(url, { redirect: 'manual' })).headers.get('location')!
  const response = await browser.get(back)
  await refused(response)
})

test('a sign-in that a provider began is for the app that it names, and used once', async () => {
  const [mine, other] = [await scene.client(['Portal']), await scene.client(['Portal'])]
  const RelayState = new URLSearchParams({
    identity_provider: 'Portal',
    client_id: mine,
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid',
  }).toString()
  const acs = `${scene.site}/saml2/idpresponse`
  const begin = async () => {
    const response = await createBrowser().post(acs, {
      SAMLResponse: responseFor(scene.site, scene.poolId),
      RelayState,
    })
    assert.equal(response.status, 303)
    return new URL(response.headers.get('location')!, acs)
  }
  const elsewhere = await begin()
  elsewhere.searchParams.set('client_id', other)
  const sent = await createBrowser().get(elsewhere.href)
  const at = new URL(sent.headers.get('location') ?? scene.url, scene.url)
  assert.equal(at.searchParams.get('code'), null)

  const url = await begin()
  const end = await createBrowser().follow(url.href, (next) => next.href.startsWith(callback))
  assert.ok(end.searchParams.get('code'))
  const again = await createBrowser().get(url.href)
  assert.equal(new URL(again.headers.get('location') ?? scene.url, scene.url).searchParams.get('code'), null)
  // At another pool the same message is of nobody.
  await refused(
    await createBrowser().post(`${neighbour.site}/saml2/idpresponse`, {
      SAMLResponse: responseFor(scene.site, scene.poolId),
      RelayState,
    }),
  )
})
