import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type HostedScene, password, startScene } from '../hosted/scene.ts'
import { type Seen, Visitor } from '../hosted/visitor.ts'
import { Authenticator } from '../passkeys/authenticator.ts'
import { watchStatements } from '../support/count-statements.ts'
import { askToken } from './setup.ts'

/** What a whole sign-in on the pages costs the database, request by request, on a node that knows pool and client. */
let scene: HostedScene
let authenticator: Authenticator
const email = 'ann@example.com'

before(async () => {
  scene = await startScene(
    { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } } },
    { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
    {},
    // Their statements would be counted as well.
    { jobs: false },
  )
  await scene.addUser(email)
  const { cognito, clientId } = scene
  const { AuthenticationResult } = await cognito.initiateAuth({
    ClientId: clientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: email, PASSWORD: password },
  })
  const AccessToken = AuthenticationResult!.AccessToken!
  authenticator = new Authenticator(scene.url)
  const { CredentialCreationOptions } = await cognito.startWebAuthnRegistration({ AccessToken })
  const Credential = authenticator.create(CredentialCreationOptions as never)
  await cognito.completeWebAuthnRegistration({ AccessToken, Credential: Credential as never })
})
after(() => scene?.close())

const authorize = () => scene.loginUrl({}, 'oauth2/authorize')

type Fields = (page: Seen) => Record<string, string>

const byPassword: Fields = () => ({ username: email, password })
const byPasskey: Fields = ({ body }) => {
  const [, options] = /data-options="([^"]*)"/.exec(body)!
  const asked = JSON.parse(options!.replaceAll('&quot;', '"').replaceAll('&#x3D;', '=').replaceAll('&amp;', '&'))
  return { credential: JSON.stringify(authenticator.get(asked)) }
}

/** From the app to the tokens. `step` is told of each request that was made. */
async function wholeSignIn(fields: Fields, step: (name: string) => void, visitor = new Visitor()): Promise<void> {
  const begun = await visitor.get(authorize())
  step('authorize')
  const page = await visitor.get(begun.location!)
  step('page')
  const done = await visitor.submit(page, fields(page), { path: '/login' })
  step('login')
  await redeem(done)
  step('token')
}

async function redeem({ location, body }: Seen): Promise<void> {
  assert.ok(location?.startsWith(`${scene.callback}?code=`), location ?? body)
  const { status } = await askToken(`${scene.url}/${scene.poolId}`, {
    grant_type: 'authorization_code',
    code: new URL(location!).searchParams.get('code')!,
    redirect_uri: scene.callback,
    client_id: scene.clientId,
  })
  assert.equal(status, 200)
}

async function count(run: (step: (name: string) => void) => Promise<void>): Promise<Record<string, number>> {
  await run(() => {})
  const watch = watchStatements(scene)
  const counts: Record<string, number> = {}
  await run((name) => {
    counts[name] = watch.take()
  })
  return counts
}

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((one, other) => one + other)

test('a sign-in with a password takes at most eleven statements, from the app to its tokens', async () => {
  const counts = await count((step) => wholeSignIn(byPassword, step))
  const { login, ...others } = counts
  assert.deepEqual(others, { authorize: 2, page: 1, token: 3 })
  assert.ok(login! >= 3, 'the password is checked')
  assert.ok(sum(counts) <= 11, JSON.stringify(counts))
})

test('a sign-in with a passkey that the page offers takes at most twelve statements', async () => {
  const counts = await count((step) => wholeSignIn(byPasskey, step))
  const { login, ...others } = counts
  assert.deepEqual(others, { authorize: 2, page: 1, token: 3 })
  assert.ok(login! >= 2, 'the passkey is checked')
  assert.ok(sum(counts) <= 12, JSON.stringify(counts))
})

test('a browser that is signed in gets a code by two statements', async () => {
  const visitor = new Visitor()
  await wholeSignIn(byPassword, () => {}, visitor)
  const counts = await count(async (step) => {
    const seen = await visitor.get(authorize())
    step('authorize')
    await redeem(seen)
    step('token')
  })
  assert.deepEqual(counts, { authorize: 2, token: 3 })
})
