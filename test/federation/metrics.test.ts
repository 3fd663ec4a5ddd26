import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { adminOf } from '../administration/scene.ts'
import { type FakeIdp, startFakeIdp } from './fake-idp.ts'
import { createBrowser, type Scene, startScene } from './scene.ts'

let scene: Scene
let idp: FakeIdp

before(async () => {
  ;[scene, idp] = await Promise.all([startScene(), startFakeIdp()])
  await scene.cognito.createIdentityProvider({
    UserPoolId: scene.poolId,
    ProviderName: 'Acme',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'poolhouse',
      client_secret: 'a-secret-of-the-provider',
      authorize_scopes: 'openid',
      oidc_issuer: idp.url,
      attributes_request_method: 'GET',
    },
  })
})
after(async () => {
  idp.close()
  await scene.close()
})

test('a federated sign-in counts for its provider once tokens are issued, a refused answer as a failure', async () => {
  const clientId = await scene.client(['Acme'])
  const toAcme = { identity_provider: 'Acme' }
  idp.claims = { sub: 'ann' }
  idp.profile = { sub: 'ann' }
  await scene.signIn(clientId, toAcme)
  idp.claims = { sub: 'far-too-long-for-a-username'.repeat(9) }
  const refused = await scene.visit(createBrowser(), clientId, toAcme)
  assert.equal(refused.get('code'), null)

  const now = Date.now()
  const { Metrics } = await adminOf(scene).getPoolMetrics({
    UserPoolId: scene.poolId,
    ClientId: clientId,
    StartTime: new Date(now - 3_600_000),
    EndTime: new Date(now + 60_000),
    Period: 'HOUR',
  })
  const found = Metrics.map(({ MetricName, Dimensions, Values }) =>
    [MetricName, ...Object.values(Dimensions), Values.reduce((sum, value) => sum + value, 0)].join(' '),
  )
  assert.deepEqual(found, [
    'CallCount UserAuthentication 1',
    'CallCount UserFederation 2',
    'FederationFailures Acme 1',
    'FederationSuccesses Acme 1',
    'SignInSuccesses 1',
  ])
})
