import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { clientTimestamp } from '../lib/srp-client.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { invalidSession, rightPassword, signInScene, usedSession, wrongCredentials, wrongPassword } from './scene.ts'

// The package's own fetch and storage, in the form that Node resolves.
const { AuthenticationDetails, CognitoUser, CognitoUserPool } = createRequire(import.meta.url)(
  'amazon-cognito-identity-js',
) as typeof import('amazon-cognito-identity-js')

let server: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>

before(async () => {
  server = await startTestServer()
  scene = await signInScene(server)
  for (const name of ['ann', 'bob', 'changing', 'hasty', 'deleted', 'stale']) await scene.addUser(name)
})
after(() => server?.close())

const answer = (ChallengeResponses: Record<string, string>, Session: string | undefined, ClientId = scene.ClientId) =>
  server.cognito.respondToAuthChallenge({ ClientId, ChallengeName: 'PASSWORD_VERIFIER', Session, ChallengeResponses })

test('a browser library signs in by SRP, and not with a wrong password', async () => {
  const { UserPoolId, ClientId } = scene
  const signIn = (Password: string) =>
    new Promise<string>((resolve, reject) => {
      const Pool = new CognitoUserPool({ UserPoolId, ClientId, endpoint: server.url })
      new CognitoUser({ Username: 'ann', Pool }).authenticateUser(
        new AuthenticationDetails({ Username: 'ann', Password }),
        { onSuccess: (session) => resolve(session.getAccessToken().getJwtToken()), onFailure: reject },
      )
    })
  assert.ok(await signIn(rightPassword))
  await assert.rejects(signIn(wrongPassword), wrongCredentials)
})

test('the challenge carries what the client needs, and a right answer can be given once', async () => {
  const { asked, responses } = await scene.startSrp('ann')
  const { USERNAME, USER_ID_FOR_SRP, SRP_B, SALT, SECRET_BLOCK } = asked.ChallengeParameters!
  assert.equal(asked.ChallengeName, 'PASSWORD_VERIFIER')
  assert.equal(USERNAME, 'ann')
  assert.equal(USER_ID_FOR_SRP, 'ann')
  assert.match(SRP_B!, /^[0-9a-f]+$/)
  assert.match(SALT!, /^[0-9a-f]+$/)
  assert.ok(SECRET_BLOCK)

  const right = await responses(rightPassword)
  assert.ok((await answer(right, asked.Session)).AuthenticationResult)
  await assert.rejects(answer(right, asked.Session), usedSession)
  await assert.rejects(answer(right, undefined), usedSession)
})

interface Row {
  id: string
  user_id: string | null
  state: object
  sealed: Buffer | null
  attempts: number
  size: number
}

const rowsOf = async ({ UserPoolId }: { UserPoolId: string }) => {
  const { rows } = await sql<Row>`
    select id, user_id, state, sealed, attempts, pg_column_size(sign_ins.*) as size from sign_ins
    where pool_id = ${UserPoolId} order by created_at desc`.execute(server.ctx.db)
  return rows
}

test('an exchange that begins a sign-in is stored nowhere, and its answers are counted without what it holds', async () => {
  const own = await signInScene(server)
  await own.addUser('ann')
  const { asked, responses } = await own.startSrp('ann')
  assert.deepEqual(await rowsOf(own), [])
  const block = Buffer.from(asked.ChallengeParameters!.SECRET_BLOCK!, 'base64').toString('latin1')
  assert.doesNotMatch(block, /ann|USER_SRP_AUTH/)

  const wrong = await responses(wrongPassword)
  await assert.rejects(answer(wrong, asked.Session, own.ClientId), wrongCredentials)
  const [{ attempts, state, sealed, user_id } = assert.fail()] = await rowsOf(own)
  assert.deepEqual({ attempts, state, sealed, user_id }, { attempts: 1, state: {}, sealed: null, user_id: null })
})

test('an exchange takes three answers, however many come at once and with the session or without', async () => {
  const own = await signInScene(server)
  await own.addUser('ann')
  const { asked, responses } = await own.startSrp('ann')
  const wrong = await responses(wrongPassword)
  const right = await responses(rightPassword)
  const answers = await Promise.allSettled(
    Array.from({ length: 6 }, (_, turn) => answer(wrong, turn % 2 ? asked.Session : undefined, own.ClientId)),
  )
  const messages = answers.map((one) => (one.status === 'rejected' ? one.reason.message : 'signed in')).sort()
  assert.deepEqual(messages, [...Array(3).fill(wrongCredentials.message), ...Array(3).fill(invalidSession.message)])
  await assert.rejects(answer(right, asked.Session, own.ClientId), invalidSession)
  await assert.rejects(answer(right, undefined, own.ClientId), invalidSession)
})

test('an exchange of a name too long to travel is stored, and refused like any other', async () => {
  const own = await signInScene(server, { client: { PreventUserExistenceErrors: 'ENABLED' } })
  const name = 'ü'.repeat(2000)
  const { asked, responses } = await own.startSrp(name)
  assert.equal((await rowsOf(own)).length, 1)
  const wrong = { ...(await responses(rightPassword)), USERNAME: name }
  await assert.rejects(answer(wrong, asked.Session, own.ClientId), wrongCredentials)
})

test('an exchange that was chosen is stored in one row, its secrets sealed, and no number twice', async () => {
  const chooser = await scene.addClient({ ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] })
  const choice = await server.cognito.initiateAuth({
    ClientId: chooser.ClientId,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME: 'ann' },
  })
  const asked = await server.cognito.respondToAuthChallenge({
    ClientId: chooser.ClientId,
    ChallengeName: 'SELECT_CHALLENGE',
    Session: choice.Session,
    ChallengeResponses: { USERNAME: 'ann', ANSWER: 'PASSWORD_SRP', SRP_A: 'f'.repeat(760) },
  })
  assert.equal(asked.ChallengeName, 'PASSWORD_VERIFIER')
  const { SRP_B } = asked.ChallengeParameters!
  const [{ id, state, sealed, size } = assert.fail()] = await rowsOf(scene)
  assert.deepEqual(Object.keys(state).sort(), ['driver', 'first', 'flow', 'guess', 'username'])
  const secrets = server.ctx.keyring.open(sealed!, `sign-ins/${scene.UserPoolId}/${id}`).toString()
  const B = Buffer.from(SRP_B!.padStart(768, '0'), 'hex').toString('base64')
  assert.equal(secrets.split(B).length, 2)
  // The limit of migration 0170, beyond which values are stored apart.
  assert.ok(size < 4080, `${size} bytes`)
})

test('of right answers to one challenge that arrive at once, one ends in tokens', async () => {
  for (let round = 0; round < 6; round++) {
    const { asked, responses } = await scene.startSrp('ann')
    const right = await responses(rightPassword)
    const answers = await Promise.allSettled([1, 2, 3].map(() => answer(right, asked.Session)))
    const refusals = answers.filter((each) => each.status === 'rejected')
    assert.equal(refusals.length, 2)
    for (const { reason } of refusals) assert.deepEqual({ name: reason.name, message: reason.message }, usedSession)
  }
})

test('a client that leaves out the session is known by its secret block', async () => {
  const { responses } = await scene.startSrp('ann')
  assert.ok((await answer(await responses(rightPassword), undefined)).AuthenticationResult)
  const again = await scene.startSrp('ann')
  await assert.rejects(answer(await again.responses(wrongPassword), undefined), wrongCredentials)
})

test('session and secret block belong together', async () => {
  const one = await scene.startSrp('ann')
  const two = await scene.startSrp('ann')
  await assert.rejects(answer(await one.responses(rightPassword), two.asked.Session), wrongCredentials)
})

test('a secret block that was altered, or is of another client, is refused', async () => {
  const { asked, responses } = await scene.startSrp('ann')
  const right = await responses(rightPassword)
  const block = Buffer.from(right.PASSWORD_CLAIM_SECRET_BLOCK!, 'base64')
  block[block.length - 1]! ^= 1
  const altered = { ...right, PASSWORD_CLAIM_SECRET_BLOCK: block.toString('base64') }
  await assert.rejects(answer(altered, undefined), invalidSession)
  await assert.rejects(answer(altered, asked.Session), wrongCredentials)
  // The same once an answer was counted.
  await assert.rejects(answer(await responses(wrongPassword), asked.Session), wrongCredentials)
  await assert.rejects(answer(altered, asked.Session), wrongCredentials)
  const { PASSWORD_CLAIM_SECRET_BLOCK: _, ...without } = right
  await assert.rejects(answer(without, asked.Session), { name: 'InvalidParameterException' })

  const other = await scene.addClient()
  await assert.rejects(answer(right, undefined, other.ClientId), invalidSession)
  await assert.rejects(answer(right, asked.Session, other.ClientId), invalidSession)
  assert.ok((await answer(right, asked.Session)).AuthenticationResult)
})

test('every part of the claim is signed', async () => {
  const changes = { TIMESTAMP: 'Tue May 6 00:09:40 UTC 2025', PASSWORD_CLAIM_SIGNATURE: 'AAAA', USERNAME: 'bob' }
  for (const [name, value] of Object.entries(changes)) {
    const { asked, responses } = await scene.startSrp('ann')
    const right = await responses(rightPassword)
    await assert.rejects(answer({ ...right, [name]: value }, asked.Session), { name: 'NotAuthorizedException' }, name)
  }
  await scene.byPassword('ann')
})

test('a timestamp has one form', async () => {
  const { asked, responses } = await scene.startSrp('ann')
  const right = await responses(rightPassword)
  await assert.rejects(answer({ ...right, TIMESTAMP: new Date().toISOString() }, asked.Session), {
    name: 'InvalidParameterException',
    message: 'TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.',
  })
})

test('a timestamp with the weekday of another date is a wrong answer, however it is signed', async () => {
  const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
  const timestamp = clientTimestamp()
  const otherWeekday = weekdays[(weekdays.indexOf(timestamp.slice(0, 3)) + 1) % 7]
  const { asked, responses } = await scene.startSrp('ann')
  const signed = await responses(rightPassword, otherWeekday + timestamp.slice(3))
  await assert.rejects(answer(signed, asked.Session), wrongCredentials)
  const right = await responses(rightPassword, timestamp)
  assert.ok((await answer(right, asked.Session)).AuthenticationResult)
})

test('an A that is a multiple of N, with which no password is needed, is refused', async () => {
  for (const SRP_A of ['0', '00', 'not hexadecimal'])
    await assert.rejects(
      server.cognito.initiateAuth({
        ClientId: scene.ClientId,
        AuthFlow: 'USER_SRP_AUTH',
        AuthParameters: { USERNAME: 'ann', SRP_A },
      }),
      { name: 'InvalidParameterException' },
    )
})

test('an exchange that began before the password changed fails after it', async () => {
  const { asked, responses } = await scene.startSrp('changing')
  await server.cognito.adminSetUserPassword({
    UserPoolId: scene.UserPoolId,
    Username: 'changing',
    Password: 'Another-Horse-9',
    Permanent: true,
  })
  await assert.rejects(answer(await responses(rightPassword), asked.Session), wrongCredentials)
  await assert.rejects(answer(await responses('Another-Horse-9'), asked.Session), wrongCredentials)
})

test('a user who is disabled or deleted meanwhile does not get in', async () => {
  const { UserPoolId } = scene
  const disabled = await scene.startSrp('hasty')
  await server.cognito.adminDisableUser({ UserPoolId, Username: 'hasty' })
  await assert.rejects(answer(await disabled.responses(rightPassword), disabled.asked.Session), {
    name: 'NotAuthorizedException',
    message: 'User is disabled.',
  })
  const deleted = await scene.startSrp('deleted')
  await server.cognito.adminDeleteUser({ UserPoolId, Username: 'deleted' })
  await assert.rejects(answer(await deleted.responses(rightPassword), deleted.asked.Session), invalidSession)
})

test('an alias is answered under the real name, or as it was typed', async () => {
  const aliases = await signInScene(server, { pool: { AliasAttributes: ['email'] } })
  await aliases.addUser('eve', { attributes: { email: 'eve@example.com', email_verified: 'true' } })
  for (const USERNAME of ['eve', 'eve@example.com']) {
    const { asked, responses } = await aliases.startSrp('eve@example.com')
    assert.equal(asked.ChallengeParameters!.USER_ID_FOR_SRP, 'eve')
    const right = { ...(await responses(rightPassword)), USERNAME }
    assert.ok((await answer(right, asked.Session, aliases.ClientId)).AuthenticationResult)
  }
})

test('the password verifier has to be answered within a minute', async () => {
  const { asked, responses } = await scene.startSrp('stale')
  const right = await responses(rightPassword)
  server.clock.advance({ seconds: 61 })
  await assert.rejects(answer(right, asked.Session), {
    name: 'NotAuthorizedException',
    message: 'Invalid session for the user, session is expired.',
  })
  await assert.rejects(answer(right, undefined), { name: 'NotAuthorizedException' })
})
