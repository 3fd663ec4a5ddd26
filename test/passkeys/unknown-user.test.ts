import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { wrongCredentials } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { Authenticator } from './authenticator.ts'
import { optionsOf, origin, passkeyScene } from './scene.ts'

let server: TestServer
let scene: Awaited<ReturnType<typeof passkeyScene>>
let silent: string

before(async () => {
  server = await startTestServer()
  scene = await passkeyScene(server)
  silent = (await scene.addClient({ PreventUserExistenceErrors: 'ENABLED' })).ClientId
})
after(() => server?.close())

const strangers = Array.from({ length: 40 }, (_, index) => `nobody-${index}`)

test('a client that tells who exists tells it here too', async () => {
  await assert.rejects(scene.begin('nobody', 'WEB_AUTHN'), { name: 'UserNotFoundException' })
})

test('some names that no user has seem to have a passkey, others not, and stay so', async () => {
  const begin = (name: string) => scene.begin(name, 'WEB_AUTHN', silent)
  const asked = await Promise.all(strangers.map(begin))
  const names = asked.map(({ ChallengeName }) => ChallengeName)
  assert.deepEqual(new Set(names), new Set(['WEB_AUTHN', 'SELECT_CHALLENGE']))
  const again = await Promise.all(strangers.map(begin))
  assert.deepEqual(
    again.map(({ ChallengeName }) => ChallengeName),
    names,
  )

  const credentials = new Set<string>()
  for (const [index, { ChallengeName, ChallengeParameters, AvailableChallenges }] of asked.entries()) {
    if (ChallengeName === 'SELECT_CHALLENGE') {
      assert.deepEqual(AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD'])
      continue
    }
    const { challenge, ...options } = optionsOf(ChallengeParameters)
    const { challenge: other, ...same } = optionsOf(again[index]!.ChallengeParameters)
    assert.deepEqual(options, same)
    assert.notEqual(challenge, other)
    assert.ok([1, 2].includes(options.allowCredentials.length))
    credentials.add(options.allowCredentials[0]!.id)
  }
  assert.equal(credentials.size, names.filter((name) => name === 'WEB_AUTHN').length)
})

test('the challenge for an unknown name looks like that of a user, and so does the refusal', async () => {
  const { authenticator } = await scene.addOwner('ann')
  const real = await scene.challenge('ann', silent)
  const name = await seemingOwner()
  const made = await scene.challenge(name, silent)
  const form = ({ options }: typeof real) => ({ ...options, challenge: '', allowCredentials: [] })
  assert.deepEqual(form(made), form(real))
  assert.deepEqual(Object.keys(made.options.allowCredentials[0]!), Object.keys(real.options.allowCredentials[0]!))

  const credentialId = Buffer.from(made.options.allowCredentials[0]!.id, 'base64url')
  const stranger = new Authenticator(origin)
  const answers = [
    () => scene.answer(name, made.Session, stranger.get(made.options, { credentialId }), silent),
    () => scene.answer(name, made.Session, stranger.get(made.options), silent),
    () => scene.answer('ann', real.Session, stranger.get(real.options, { credentialId: authenticator.id }), silent),
    () => scene.answer('ann', real.Session, stranger.get(real.options), silent),
  ]
  for (const answer of answers) await assert.rejects(answer(), wrongCredentials)
})

test('a client that hides who exists hides the state of accounts from all but their passkeys', async () => {
  const { authenticator } = await scene.addOwner('bob')
  await server.cognito.adminDisableUser({ UserPoolId: scene.UserPoolId, Username: 'bob' })
  const { options, Session } = await scene.challenge('bob', silent)
  const wrong = authenticator.get(options, { spoilSignature: true })
  await assert.rejects(scene.answer('bob', Session, wrong, silent), wrongCredentials)
  await assert.rejects(scene.answer('bob', Session, authenticator.get(options), silent), {
    name: 'NotAuthorizedException',
    message: 'User is disabled.',
  })
})

async function seemingOwner(): Promise<string> {
  for (const name of strangers) {
    if ((await scene.begin(name, 'WEB_AUTHN', silent)).ChallengeName === 'WEB_AUTHN') return name
  }
  throw new Error('No name seems to have a passkey')
}
