import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newClient } from '../lib/srp-client.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { rightPassword, signInScene, srpResponses, wrongCredentials, wrongPassword } from './scene.ts'

let server: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>

before(async () => {
  server = await startTestServer()
  scene = await signInScene(server)
  await scene.addUser('ann')
})
after(() => server?.close())

const start = (parameters: Record<string, string> = {}) =>
  server.cognito.initiateAuth({
    ClientId: scene.ClientId,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME: 'ann', ...parameters },
  })

const answer = (ChallengeName: string, Session: string, responses: Record<string, string>) =>
  server.cognito.respondToAuthChallenge({
    ClientId: scene.ClientId,
    ChallengeName: ChallengeName as 'SELECT_CHALLENGE',
    Session,
    ChallengeResponses: { USERNAME: 'ann', ...responses },
  })

test('without a preference the user is given the choice', async () => {
  const asked = await start()
  assert.equal(asked.ChallengeName, 'SELECT_CHALLENGE')
  assert.deepEqual(asked.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD'])
  await assert.rejects(answer('SELECT_CHALLENGE', asked.Session!, { ANSWER: 'HOROSCOPE' }), {
    name: 'InvalidParameterException',
  })
  const chosen = await answer('SELECT_CHALLENGE', asked.Session!, { ANSWER: 'PASSWORD' })
  assert.equal(chosen.ChallengeName, 'PASSWORD')
  await assert.rejects(answer('PASSWORD', chosen.Session!, { PASSWORD: wrongPassword }), wrongCredentials)
  assert.ok((await answer('PASSWORD', chosen.Session!, { PASSWORD: rightPassword })).AuthenticationResult)
})

test('choice and password may come together, or the password in the place of the choice', async () => {
  const one = await start()
  const together = { ANSWER: 'PASSWORD', PASSWORD: rightPassword }
  await assert.rejects(
    answer('SELECT_CHALLENGE', one.Session!, { ...together, PASSWORD: wrongPassword }),
    wrongCredentials,
  )
  assert.ok((await answer('SELECT_CHALLENGE', one.Session!, together)).AuthenticationResult)

  const two = await start()
  assert.ok((await answer('PASSWORD', two.Session!, { PASSWORD: rightPassword })).AuthenticationResult)
})

test('a preference saves the choice, one that is not offered does not', async () => {
  assert.ok((await start({ PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: rightPassword })).AuthenticationResult)
  await assert.rejects(start({ PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: wrongPassword }), wrongCredentials)
  assert.equal((await start({ PREFERRED_CHALLENGE: 'PASSWORD' })).ChallengeName, 'PASSWORD')
  assert.equal((await start({ PREFERRED_CHALLENGE: 'CUSTOM' })).ChallengeName, 'SELECT_CHALLENGE')
})

test('SRP can be chosen, or preferred', async () => {
  const poolName = scene.UserPoolId.split('_')[1]!
  for (const how of ['chosen', 'preferred', 'chosen first'] as const) {
    const srp = newClient(poolName)
    const SRP_A = srp.largeAValue.toString(16)
    let asked = how === 'preferred' ? await start({ PREFERRED_CHALLENGE: 'PASSWORD_SRP', SRP_A }) : await start()
    if (how === 'chosen') asked = await answer('SELECT_CHALLENGE', asked.Session!, { ANSWER: 'PASSWORD_SRP', SRP_A })
    if (how === 'chosen first') {
      asked = await answer('SELECT_CHALLENGE', asked.Session!, { ANSWER: 'PASSWORD_SRP' })
      assert.equal(asked.ChallengeName, 'PASSWORD_SRP')
      asked = await answer('PASSWORD_SRP', asked.Session!, { SRP_A })
    }
    assert.equal(asked.ChallengeName, 'PASSWORD_VERIFIER', how)
    const wrong = await srpResponses(srp, scene.UserPoolId, asked, wrongPassword)
    await assert.rejects(answer('PASSWORD_VERIFIER', asked.Session!, wrong), wrongCredentials)
    const right = await srpResponses(srp, scene.UserPoolId, asked, rightPassword)
    assert.ok((await answer('PASSWORD_VERIFIER', asked.Session!, right)).AuthenticationResult, how)
  }
})

test('a temporary password leads on from here as well', async () => {
  await scene.addTemporaryUser('eve')
  const asked = await server.cognito.initiateAuth({
    ClientId: scene.ClientId,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME: 'eve', PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: rightPassword },
  })
  assert.equal(asked.ChallengeName, 'NEW_PASSWORD_REQUIRED')
})
