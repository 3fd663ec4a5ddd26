import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { signInOperations } from '../../src/pool/sign-in/index.ts'
import { countStatements } from '../support/count-statements.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { invalidSession, rightPassword, signInScene, wrongCredentials, wrongPassword } from './scene.ts'

let server: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>
let discreet: string

before(async () => {
  server = await startTestServer()
  scene = await signInScene(server)
  discreet = (await scene.addClient({ PreventUserExistenceErrors: 'ENABLED' })).ClientId
  await scene.addUser('ann')
  await scene.addUser('passwordless')
  await server.ctx.db
    .deleteFrom('passwords')
    .where('user_id', 'in', (eb) => eb.selectFrom('users').select('id').where('username', '=', 'passwordless'))
    .execute()
})
after(() => server?.close())

const notFound = { name: 'UserNotFoundException', message: 'User does not exist.' }

const answer = (ChallengeResponses: Record<string, string>, Session: string | undefined) =>
  server.cognito.respondToAuthChallenge({
    ClientId: discreet,
    ChallengeName: 'PASSWORD_VERIFIER',
    Session,
    ChallengeResponses,
  })

test('a client without PreventUserExistenceErrors learns that the user does not exist', async () => {
  await assert.rejects(scene.byPassword('nobody'), notFound)
  await assert.rejects(scene.startSrp('nobody'), notFound)
  await assert.rejects(
    server.cognito.initiateAuth({
      ClientId: scene.ClientId,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME: 'nobody' },
    }),
    notFound,
  )
})

test('a client that hides it hears of a wrong password', async () => {
  await assert.rejects(scene.byPassword('nobody', rightPassword, discreet), wrongCredentials)
  await assert.rejects(scene.byPassword('ann', wrongPassword, discreet), wrongCredentials)
  await assert.rejects(scene.byPassword('passwordless', rightPassword, discreet), wrongCredentials)
})

test('SRP with a name that no user has is simulated, the same each time', async () => {
  const one = (await scene.startSrp('nobody', discreet)).asked
  const two = (await scene.startSrp('nobody', discreet)).asked
  const other = (await scene.startSrp('somebody', discreet)).asked
  const real = (await scene.startSrp('ann', discreet)).asked

  assert.equal(one.ChallengeName, 'PASSWORD_VERIFIER')
  assert.deepEqual(Object.keys(one.ChallengeParameters!).sort(), Object.keys(real.ChallengeParameters!).sort())
  for (const name of ['SALT', 'USER_ID_FOR_SRP', 'USERNAME'])
    assert.equal(one.ChallengeParameters![name], two.ChallengeParameters![name], name)
  for (const name of ['SRP_B', 'SECRET_BLOCK'])
    assert.notEqual(one.ChallengeParameters![name], two.ChallengeParameters![name], name)
  assert.match(one.ChallengeParameters!.USER_ID_FOR_SRP!, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/)
  assert.notEqual(one.ChallengeParameters!.SALT, other.ChallengeParameters!.SALT)
  for (const name of ['SALT', 'SECRET_BLOCK'])
    assert.equal(one.ChallengeParameters![name]!.length, real.ChallengeParameters![name]!.length, name)
})

test('a secret block is as long for an unknown name as for one that is known under a longer one', async () => {
  const hidden = await signInScene(server, {
    pool: { AliasAttributes: ['email'] },
    client: { PreventUserExistenceErrors: 'ENABLED' },
  })
  const username = 'é'.repeat(120)
  await hidden.addUser(username, { attributes: { email: 'ann@example.com', email_verified: 'true' } })
  const lengthOf = async (name: string) => (await hidden.startSrp(name)).asked.ChallengeParameters!.SECRET_BLOCK!.length
  assert.equal(await lengthOf('ann@example.com'), await lengthOf('bob@example.com'))
})

test('the same name in another pool is simulated otherwise', async () => {
  const elsewhere = await signInScene(server, { client: { PreventUserExistenceErrors: 'ENABLED' } })
  const here = (await scene.startSrp('nobody', discreet)).asked.ChallengeParameters!
  const there = (await elsewhere.startSrp('nobody')).asked.ChallengeParameters!
  assert.notEqual(here.SALT, there.SALT)
  assert.notEqual(here.USER_ID_FOR_SRP, there.USER_ID_FOR_SRP)
})

test('its second step fails like a wrong password', async () => {
  for (const username of ['nobody', 'passwordless', 'ann']) {
    const { asked, responses } = await scene.startSrp(username, discreet)
    await assert.rejects(answer(await responses(wrongPassword), asked.Session), wrongCredentials, username)
  }
  const { asked, responses } = await scene.startSrp('nobody', discreet)
  const strange = { ...(await responses(rightPassword)), USERNAME: 'ann' }
  await assert.rejects(answer(strange, asked.Session), invalidSession)
})

test('the choice flow offers a name that no user has what it offers a user', async () => {
  const choose = async (USERNAME: string) => {
    const asked = await server.cognito.initiateAuth({
      ClientId: discreet,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME },
    })
    return { name: asked.ChallengeName, offered: asked.AvailableChallenges, parameters: asked.ChallengeParameters }
  }
  assert.deepEqual(await choose('nobody'), await choose('ann'))
})

test('guesses at a user who does not exist cost the same statements as guesses at a user', async () => {
  const counted: number[] = []
  for (const USERNAME of ['stranger', 'ann', 'passwordless']) {
    const guess = {
      ClientId: discreet,
      AuthFlow: 'USER_PASSWORD_AUTH' as const,
      AuthParameters: { USERNAME, PASSWORD: wrongPassword },
    }
    counted.push(
      await countStatements(
        server,
        (ctx) => assert.rejects(signInOperations.InitiateAuth(guess, ctx), wrongCredentials),
        discreet,
      ),
    )
  }
  // The user with the password and the count of guesses.
  assert.deepEqual(counted, [1, 1, 1])
})

test('and so do proofs by SRP', async () => {
  const counted: number[] = []
  for (const username of ['stranger', 'ann', 'passwordless']) {
    const { asked, responses } = await scene.startSrp(username, discreet)
    const given = { ClientId: discreet, ChallengeName: 'PASSWORD_VERIFIER' as const, Session: asked.Session }
    const guess = { ...given, ChallengeResponses: await responses(wrongPassword) }
    counted.push(
      await countStatements(
        server,
        (ctx) => assert.rejects(signInOperations.RespondToAuthChallenge(guess, ctx), wrongCredentials),
        discreet,
      ),
    )
  }
  // The answer, its user and the count of guesses.
  assert.deepEqual(counted, [1, 1, 1])
})
