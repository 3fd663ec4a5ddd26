import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { requireClient } from '../../src/pool/clients/client.ts'
import { answerChallenge, startSignIn } from '../../src/pool/sign-in/machine.ts'
import { currentChallenge } from '../../src/pool/sign-in/pending-challenge.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { invalidSession, rightPassword, signInScene, usedSession } from './scene.ts'

let server: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>
const ok = { NEW_PASSWORD: 'Brand-New-Horse-7' }
const expired = { name: 'NotAuthorizedException', message: 'Invalid session for the user, session is expired.' }
let users = 0

before(async () => {
  server = await startTestServer()
  scene = await signInScene(server)
})
after(() => server?.close())

async function asked(client?: string) {
  const username = `ann${users++}`
  await scene.addTemporaryUser(username)
  const { Session } = await scene.byPassword(username, rightPassword, client)
  return { username, session: Session! }
}

test('a session has the service’s format, and only its hash is stored', async () => {
  const { session } = await asked()
  assert.match(session, /^AYABe[\w-]{20,}$/)
  const rows = await server.ctx.db.selectFrom('sign_ins').selectAll().execute()
  assert.ok(rows.length > 0)
  assert.ok(!JSON.stringify(rows).includes(session))
})

test('garbage, and the session of another client, pool or user, are no session', async () => {
  const { username, session } = await asked()
  const other = await asked()
  const { ClientId } = await scene.addClient()
  const elsewhere = await signInScene(server)
  await elsewhere.addTemporaryUser(username)

  await assert.rejects(scene.answerNewPassword(username, 'x'.repeat(40), ok), invalidSession)
  await assert.rejects(scene.answerNewPassword(username, `${session}A`, ok), invalidSession)
  await assert.rejects(scene.answerNewPassword(username, session, ok, ClientId), invalidSession)
  await assert.rejects(elsewhere.answerNewPassword(username, session, ok), invalidSession)
  await assert.rejects(scene.answerNewPassword(other.username, session, ok), invalidSession)
  await assert.rejects(scene.answerNewPassword('nobody', session, ok), invalidSession)
  assert.ok((await scene.answerNewPassword(username, session, ok)).AuthenticationResult)
})

test('the session of one challenge does not answer another', async () => {
  const { username, session } = await asked()
  for (const ChallengeName of ['PASSWORD', 'PASSWORD_VERIFIER', 'SMS_MFA', 'SELECT_CHALLENGE'] as const)
    await assert.rejects(
      server.cognito.respondToAuthChallenge({
        ClientId: scene.ClientId,
        ChallengeName,
        Session: session,
        ChallengeResponses: { USERNAME: username, PASSWORD: rightPassword, ANSWER: 'PASSWORD' },
      }),
      invalidSession,
      ChallengeName,
    )
})

test('session and name are asked for', async () => {
  const { ClientId } = scene
  const { session } = await asked()
  const answer = (Session: string | undefined, ChallengeResponses: Record<string, string>) =>
    server.cognito.respondToAuthChallenge({
      ClientId,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session,
      ChallengeResponses,
    })
  await assert.rejects(answer(session, ok), { message: 'Missing required parameter USERNAME' })
  await assert.rejects(answer(undefined, { USERNAME: 'ann', ...ok }), { message: 'Missing required parameter Session' })
})

test('a session lasts three minutes, or as long as the client sets', async () => {
  const patient = await scene.addClient({ AuthSessionValidity: 15 })
  const usual = await asked()
  const long = await asked(patient.ClientId)
  server.clock.advance({ seconds: 181 })
  await assert.rejects(scene.answerNewPassword(usual.username, usual.session, ok), expired)
  server.clock.advance({ seconds: 12 * 60 - 20 })
  assert.ok((await scene.answerNewPassword(long.username, long.session, ok, patient.ClientId)).AuthenticationResult)
})

test('a session takes no more answers than its challenge allows, however many come at once', async () => {
  const { username, session } = await asked()
  const answers = await Promise.allSettled(
    Array.from({ length: 60 }, () => scene.answerNewPassword(username, session, { NEW_PASSWORD: 'short' })),
  )
  const types = answers.map((answer) => answer.status === 'rejected' && answer.reason.name)
  assert.equal(types.filter((type) => type === 'InvalidPasswordException').length, 30)
  assert.equal(types.filter((type) => type === 'NotAuthorizedException').length, 30)
  await assert.rejects(scene.answerNewPassword(username, session, ok), invalidSession)
})

test('a client or pool that is gone takes its sessions along', async () => {
  const doomed = await scene.addClient()
  const { username, session } = await asked(doomed.ClientId)
  await server.cognito.deleteUserPoolClient({ UserPoolId: scene.UserPoolId, ClientId: doomed.ClientId })
  await assert.rejects(scene.answerNewPassword(username, session, ok, doomed.ClientId), {
    name: 'ResourceNotFoundException',
  })
})

test('administrators may go on with what a client began', async () => {
  const { username, session } = await asked()
  const { UserPoolId, ClientId } = scene
  const done = await server.cognito.adminRespondToAuthChallenge({
    UserPoolId,
    ClientId,
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: session,
    ChallengeResponses: { USERNAME: username, ...ok },
  })
  assert.ok(done.AuthenticationResult)
  await assert.rejects(scene.answerNewPassword(username, session, ok), usedSession)
})

test('a page signs in whatever the flows of the client, and can show its challenge again', async () => {
  const { ctx } = server
  const bare = await scene.addClient({ ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] })
  const owner = await requireClient(ctx, bare.ClientId)
  await scene.addTemporaryUser('page')
  const parameters = { USERNAME: 'page', PASSWORD: rightPassword }
  const step = await startSignIn(ctx, { ...owner, flow: 'USER_PASSWORD_AUTH', parameters, driver: 'page' })
  assert.equal(step.kind, 'challenge')
  if (step.kind !== 'challenge') return
  const { session } = step

  const shown = await currentChallenge(ctx, { ...owner, session })
  assert.deepEqual(shown, {
    name: 'NEW_PASSWORD_REQUIRED',
    username: 'page',
    parameters: step.parameters,
    availableChallenges: undefined,
  })
  // Its session is no use at the API.
  await assert.rejects(scene.answerNewPassword('page', session, ok, bare.ClientId), invalidSession)

  const done = await answerChallenge(ctx, {
    ...owner,
    challengeName: step.name,
    responses: ok,
    session,
    driver: 'page',
  })
  assert.equal(done.kind === 'done' && done.user.username, 'page')
  assert.equal(await currentChallenge(ctx, { ...owner, session }), undefined)
})
