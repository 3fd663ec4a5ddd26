import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type HostedScene, password, startScene } from '../hosted/scene.ts'
import { Visitor } from '../hosted/visitor.ts'

const scenes: HostedScene[] = []

async function scene(limits: Record<string, number>) {
  const made = await startScene({}, {}, { limits })
  scenes.push(made)
  return { ...made, site: `${made.url}/${made.poolId}` }
}
after(() => Promise.all(scenes.map((made) => made.close())))

const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) })

/** More at once than the two a second that tests allow; answers what came of those that were refused for that. */
async function rush(send: () => Promise<Response>): Promise<string[]> {
  const answers = await Promise.all(Array.from({ length: 12 }, send))
  return Promise.all(answers.filter(({ status }) => status === 429).map((answer) => answer.text()))
}

test('answers of identity providers have a rate, and what is picked up of them is not counted twice', async () => {
  const { site } = await scene({ UserFederation: 2 })
  const routes: [path: string, init?: RequestInit][] = [
    ['/oauth2/idpresponse?state=theirs&code=theirs'],
    ['/oauth2/idpresponse', form({ state: 'theirs', code: 'theirs' })],
    ['/saml2/idpresponse', form({ SAMLResponse: 'theirs' })],
    ['/saml2/idpresponse?parked=theirs', form({ SAMLResponse: 'theirs' })],
    ['/saml2/logout', form({ SAMLRequest: 'theirs' })],
  ]
  for (const [path, init] of routes) {
    const refused = await rush(() => fetch(site + path, init))
    assert.ok(refused.length > 0, path)
    for (const text of refused) assert.match(text, /Too many requests/)
  }
  assert.deepEqual(await rush(() => fetch(`${site}/saml2/idpresponse?parked=theirs`)), [])
  assert.deepEqual(await rush(() => fetch(`${site}/login`)), [])
})

test('tokens are renewed at the rate of sign-ins, and codes redeemed at as much again', async () => {
  const { site, clientId: client_id } = await scene({ UserAuthentication: 2 })
  const grant = (grant_type: string) => () =>
    fetch(`${site}/oauth2/token`, form({ grant_type, client_id, refresh_token: 'none', code: 'none' }))
  const refused = await rush(grant('refresh_token'))
  assert.ok(refused.length > 0)
  for (const text of refused)
    assert.deepEqual(JSON.parse(text), { error: 'too_many_requests', error_description: 'Rate exceeded' })
  assert.equal((await grant('authorization_code')()).status, 400)
  assert.ok((await rush(grant('authorization_code'))).length > 0)
  assert.deepEqual(await rush(grant('client_credentials')), [])
  assert.deepEqual(await rush(grant('password')), [])
})

test('the forms of a sign-in have the rate of sign-ins, those of a recovery another', async () => {
  const { cognito, clientId, loginUrl } = await scene({ UserAuthentication: 2, UserAccountRecovery: 0 })
  const visitor = new Visitor()
  const login = await visitor.open(loginUrl())
  const username = 'nobody@example.com'
  const send = () => visitor.submit(login, { username, password }, { path: '/login' })
  const refused = (await Promise.all(Array.from({ length: 12 }, send))).filter(({ status }) => status === 429)
  assert.ok(refused.length > 0)
  for (const { body } of refused) assert.match(body, /Too many requests/)
  const AuthParameters = { USERNAME: username, PASSWORD: password }
  const calls = Array.from({ length: 12 }, () =>
    cognito.initiateAuth({ ClientId: clientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }),
  )
  const names = (await Promise.allSettled(calls)).map((call) => call.status === 'rejected' && call.reason.name)
  assert.ok(names.includes('TooManyRequestsException'))

  const forgot = await visitor.open(loginUrl({}, 'forgotPassword'))
  assert.match((await visitor.submitAndFollow(forgot, { username })).body, /Too many requests/)
})

test('where no rate was set nothing is counted', async () => {
  const { site } = await scene({})
  for (let time = 0; time < 3; time++)
    assert.deepEqual(await rush(() => fetch(`${site}/oauth2/idpresponse?state=theirs&code=theirs`)), [])
})
