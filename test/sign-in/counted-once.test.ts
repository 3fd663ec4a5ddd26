/**
 * An answer counts once, whatever a node remembers of pool and client: each of the ways to guess is tried with wrong
 * answers between changes, on a node that has made the change, on one that has not seen it, and on one that has seen
 * nothing of the pool yet.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { clients } from '../../src/pool/clients/client.ts'
import { pools } from '../../src/pool/pools/pool.ts'
import { Visitor } from '../hosted/visitor.ts'
import { allFactors, mfaScene } from '../mfa/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { rightPassword, startSrp, wrongPassword } from './scene.ts'

let first: TestServer
let second: TestServer
let scene: Awaited<ReturnType<typeof mfaScene>>
const callback = 'http://localhost/callback'

const masterKey = randomBytes(32)

before(async () => {
  first = await startTestServer({}, { masterKey })
  // Without jobs: a message that it delivered would be in its inbox.
  second = await startTestServer({}, { masterKey, connection: first.connection, jobs: false })
  scene = await mfaScene(first, {
    mfa: { MfaConfiguration: 'OPTIONAL', ...allFactors },
    pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } } },
    client: clientSettings('app 0'),
  })
})
after(async () => {
  await second?.close()
  await first?.close()
})

const clientSettings = (ClientName: string) => ({
  ClientName,
  ExplicitAuthFlows: [
    'ALLOW_USER_PASSWORD_AUTH' as const,
    'ALLOW_ADMIN_USER_PASSWORD_AUTH' as const,
    'ALLOW_USER_SRP_AUTH' as const,
    'ALLOW_USER_AUTH' as const,
    'ALLOW_REFRESH_TOKEN_AUTH' as const,
  ],
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code' as const],
  AllowedOAuthScopes: ['openid'],
  SupportedIdentityProviders: ['COGNITO'],
  CallbackURLs: [callback],
})

/** What is answered wrongly, and then rightly. The right answer says whether it was taken. */
interface Exchange {
  wrong(node: TestServer): Promise<unknown>
  right(node: TestServer): Promise<unknown>
  /** How many wrong answers there may be before the right one. */
  wrongAnswers?: number
  /** Whether all of them answer one session. */
  inSession?: boolean
}

const responsesTo = (
  ChallengeName: string,
  Session: string | undefined,
  byAdmin: boolean,
  ChallengeResponses: Record<string, string>,
) => {
  const { UserPoolId, ClientId } = scene
  const input = { ClientId, ChallengeName: ChallengeName as 'SMS_MFA', Session, ChallengeResponses }
  return ({ cognito }: TestServer) =>
    byAdmin ? cognito.adminRespondToAuthChallenge({ ...input, UserPoolId }) : cognito.respondToAuthChallenge(input)
}

async function bySrp(username: string, byAdmin: boolean): Promise<Exchange> {
  const { UserPoolId, ClientId } = scene
  const { asked, responses } = await startSrp(first, { UserPoolId, ClientId, username })
  const answer = async (node: TestServer, password: string) =>
    responsesTo('PASSWORD_VERIFIER', asked.Session, byAdmin, await responses(password))(node)
  return {
    inSession: true,
    wrong: (node) => answer(node, wrongPassword),
    right: async (node) => (await answer(node, rightPassword)).AuthenticationResult!.AccessToken!,
  }
}

function byPassword(USERNAME: string, byAdmin: boolean): Exchange {
  const { UserPoolId, ClientId } = scene
  const call = ({ cognito }: TestServer, PASSWORD: string) => {
    const AuthParameters = { USERNAME, PASSWORD }
    return byAdmin
      ? cognito.adminInitiateAuth({ UserPoolId, ClientId, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters })
      : cognito.initiateAuth({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters })
  }
  return {
    wrongAnswers: 4,
    wrong: (node) => call(node, wrongPassword),
    right: async (node) => (await call(node, rightPassword)).AuthenticationResult!.AccessToken!,
  }
}

async function byChoice(USERNAME: string, PREFERRED_CHALLENGE: 'PASSWORD' | 'EMAIL_OTP'): Promise<Exchange> {
  const asked = await first.cognito.initiateAuth({
    ClientId: scene.ClientId,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME, PREFERRED_CHALLENGE },
  })
  const isCode = PREFERRED_CHALLENGE === 'EMAIL_OTP'
  const right = isCode ? await scene.lastCode(`${USERNAME}@example.com`) : rightPassword
  const member = isCode ? 'EMAIL_OTP_CODE' : 'PASSWORD'
  const answer = (node: TestServer, value: string) =>
    responsesTo(PREFERRED_CHALLENGE, asked.Session, false, { USERNAME, [member]: value })(node)
  return {
    inSession: true,
    wrong: (node) => answer(node, isCode ? '00000000' : wrongPassword),
    right: async (node) => (await answer(node, right)).AuthenticationResult!.AccessToken!,
  }
}

async function byTotp(USERNAME: string): Promise<Exchange> {
  const secret = await scene.addApp(await scene.accessToken(USERNAME))
  await scene.prefer(USERNAME, 'SoftwareTokenMfaSettings')
  const asked = await scene.byPassword(USERNAME)
  const answer = (node: TestServer, SOFTWARE_TOKEN_MFA_CODE: string) =>
    responsesTo('SOFTWARE_TOKEN_MFA', asked.Session, false, { USERNAME, SOFTWARE_TOKEN_MFA_CODE })(node)
  return {
    inSession: true,
    wrong: (node) => answer(node, '000000'),
    right: async (node) => (await answer(node, await scene.codeOf(secret, 30))).AuthenticationResult!.AccessToken!,
  }
}

async function openLogin(visitor: Visitor, { url }: TestServer) {
  const parameters = { client_id: scene.ClientId, response_type: 'code', redirect_uri: callback, scope: 'openid' }
  return visitor.open(`${url}/${scene.UserPoolId}/login?${new URLSearchParams(parameters)}`)
}

const isSignedIn = ({ location }: { location?: string }) => location?.startsWith(`${callback}?code=`)

function refuseOnPage({ body }: { body: string }) {
  if (/<title>Error:/.test(body)) throw new Error('the page shows a refusal')
}

/** Both nodes serve one browser, as behind a load balancer. */
function byPage(username: string): Exchange {
  const visitor = new Visitor()
  const send = async (node: TestServer, password: string) =>
    visitor.submitAndFollow(await openLogin(visitor, node), { username, password })
  return {
    wrongAnswers: 4,
    wrong: async (node) => refuseOnPage(await send(node, wrongPassword)),
    right: async (node) => isSignedIn(await send(node, rightPassword)),
  }
}

/** The name first, then the choice of the password, then the password. */
async function byPasswordPage(username: string): Promise<Exchange> {
  const visitor = new Visitor()
  const choice = await visitor.submitAndFollow(await openLogin(visitor, first), { username })
  let { url } = await visitor.submitAndFollow(choice, { answer: 'PASSWORD' })
  const send = async (node: TestServer, password: string) => {
    const page = await visitor.open(url.replace(/^http:..[^/]*/, node.url))
    const seen = await visitor.submitAndFollow(page, { password })
    url = seen.url
    return seen
  }
  return {
    inSession: true,
    wrong: async (node) => refuseOnPage(await send(node, wrongPassword)),
    right: async (node) => isSignedIn(await send(node, rightPassword)),
  }
}

const ways: Record<string, (username: string) => Promise<Exchange> | Exchange> = {
  'SRP by an app': (name) => bySrp(name, false),
  'SRP, answered by a server': (name) => bySrp(name, true),
  'a password by an app': (name) => byPassword(name, false),
  'a password by a server': (name) => byPassword(name, true),
  'a password that answers the choice of it': (name) => byChoice(name, 'PASSWORD'),
  'a code by e-mail': (name) => byChoice(name, 'EMAIL_OTP'),
  'a code of an authenticator app': (name) => byTotp(name),
  'name and password on the login page': (name) => byPage(name),
  'a password on a page of its own': (name) => byPasswordPage(name),
}

let changed = 0
const updateClient = ({ cognito }: TestServer) =>
  cognito.updateUserPoolClient({
    UserPoolId: scene.UserPoolId,
    ClientId: scene.ClientId,
    ...clientSettings(`app ${++changed}`),
  })
const updatePool = ({ cognito }: TestServer) =>
  cognito.updateUserPool({
    UserPoolId: scene.UserPoolId,
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
    UserPoolTags: { change: `${++changed}` },
  })
const forget = async ({ ctx }: TestServer) => {
  clients(ctx).delete(scene.ClientId)
  pools(ctx).delete(scene.UserPoolId)
}

const situations: { situation: string; change(): Promise<unknown>; node(): TestServer }[] = [
  { situation: 'after an update of the client', change: () => updateClient(first), node: () => first },
  { situation: 'after an update of the pool', change: () => updatePool(first), node: () => first },
  { situation: 'where another node has updated the client', change: () => updateClient(first), node: () => second },
  { situation: 'where another node has updated the pool', change: () => updatePool(second), node: () => first },
  { situation: 'on a node that remembers nothing', change: () => forget(second), node: () => second },
]

let users = 0
for (const [way, begin] of Object.entries(ways))
  for (const { situation, change, node } of situations)
    test(`${way}: each wrong answer counts once ${situation}`, async () => {
      const username = `user-${++users}`
      await scene.addUser(username, { attributes: { email: `${username}@example.com`, email_verified: 'true' } })
      const exchange = await begin(username)
      const { wrongAnswers = 2, inSession } = exchange
      for (let count = 1; count <= wrongAnswers; count++) {
        await change()
        await assert.rejects(exchange.wrong(node()))
        assert.equal(await guessesOf(username), count)
        if (inSession) assert.equal(await answersOfLast(), count)
      }
      await change()
      assert.ok(await exchange.right(node()), 'the right answer is taken')
      assert.equal(await guessesOf(username), 0)
    })

test('right passwords that arrive at once on login pages do not lock each other out', async () => {
  await scene.addUser('crowd', { attributes: { email: 'crowd@example.com', email_verified: 'true' } })
  const nameAndPassword = Array.from({ length: 12 }, () => byPage('crowd'))
  const passwordAlone = await Promise.all(Array.from({ length: 12 }, () => byPasswordPage('crowd')))
  for (const exchanges of [nameAndPassword, passwordAlone]) {
    const answers = await Promise.all(exchanges.map((exchange) => exchange.right(first)))
    assert.ok(answers.every(Boolean))
    assert.equal(await guessesOf('crowd'), 0)
  }
})

async function guessesOf(username: string): Promise<number> {
  const row = await first.ctx.db
    .selectFrom('attempts')
    .innerJoin('users', 'users.pool_id', 'attempts.pool_id')
    .select('failures')
    .where('users.username', '=', username)
    .where('attempts.kind', 'in', ['password', 'mfa'])
    .whereRef('attempts.subject', '=', (eb) => eb.cast('users.id', 'text'))
    .executeTakeFirst()
  return row?.failures ?? 0
}

/** Of the session that was begun last: some name no user. */
async function answersOfLast(): Promise<number> {
  const row = await first.ctx.db
    .selectFrom('sign_ins')
    .select('attempts')
    .where('pool_id', '=', scene.UserPoolId)
    .orderBy('created_at', 'desc')
    .executeTakeFirstOrThrow()
  return row.attempts
}
