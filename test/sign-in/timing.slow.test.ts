import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { clientTimestamp, newClient } from '../lib/srp-client.ts'
import { mfaScene, sms } from '../mfa/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { wrongCredentials, wrongPassword } from './scene.ts'

/**
 * What a clock tells of names that nobody has, where a client hides them. Calls about users and about nobody alternate,
 * so that whatever else the machine does falls on both; each name is asked about once.
 */
const rounds = 400
const warmUp = 20

let server: TestServer
let ClientId: string

before(async () => {
  server = await startTestServer({}, { jobs: false })
  const pool = {
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD' as const, 'EMAIL_OTP' as const] } },
    AutoVerifiedAttributes: ['email' as const],
    ...sms,
  }
  const scene = await mfaScene(server, { pool, mfa: { MfaConfiguration: 'OFF' } })
  ClientId = (await scene.addClient({ PreventUserExistenceErrors: 'ENABLED' })).ClientId
  for (let index = 0; index < rounds + warmUp; index++) {
    const email = `user${index}@example.com`
    await scene.addUser(`user${index}`, { attributes: { email, email_verified: 'true' } })
  }
})
after(() => server?.close())

const initiate = (AuthFlow: 'USER_PASSWORD_AUTH' | 'USER_AUTH', USERNAME: string, more: Record<string, string>) =>
  server.cognito.initiateAuth({ ClientId, AuthFlow, AuthParameters: { USERNAME, ...more } })

const SRP_A = newClient('').largeAValue.toString(16)
const startSrp = (USERNAME: string) =>
  server.cognito.initiateAuth({ ClientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters: { USERNAME, SRP_A } })

/** A call to be timed, by name; what comes before it in the same sign-in is not. */
const calls: Record<string, (username: string) => Promise<() => Promise<unknown>>> = {
  'a wrong password': async (username) => () =>
    assert.rejects(initiate('USER_PASSWORD_AUTH', username, { PASSWORD: wrongPassword }), wrongCredentials),
  'the first step of SRP': async (username) => () => startSrp(username),
  'the second step of SRP': async (username) => {
    const { Session, ChallengeParameters } = await startSrp(username)
    const ChallengeResponses = {
      USERNAME: ChallengeParameters!.USER_ID_FOR_SRP!,
      PASSWORD_CLAIM_SECRET_BLOCK: ChallengeParameters!.SECRET_BLOCK!,
      PASSWORD_CLAIM_SIGNATURE: Buffer.alloc(32, 1).toString('base64'),
      TIMESTAMP: clientTimestamp(),
    }
    const given = { ClientId, ChallengeName: 'PASSWORD_VERIFIER' as const, Session, ChallengeResponses }
    return () => assert.rejects(server.cognito.respondToAuthChallenge(given), wrongCredentials)
  },
  'a code as the first factor': async (username) => () =>
    initiate('USER_AUTH', username, { PREFERRED_CHALLENGE: 'EMAIL_OTP' }),
  'a forgotten password': async (Username) => () => server.cognito.forgotPassword({ ClientId, Username }),
}

for (const [name, prepare] of Object.entries(calls))
  test(`${name} takes as long for nobody as for a user`, async (t) => {
    const taken = { user: [] as number[], nobody: [] as number[] }
    for (let round = 0; round < rounds + warmUp; round++) {
      const order = Math.random() < 0.5 ? (['user', 'nobody'] as const) : (['nobody', 'user'] as const)
      for (const kind of order) {
        const call = await prepare(`${kind}${round}`)
        const begun = performance.now()
        await call()
        if (round >= warmUp) taken[kind].push(performance.now() - begun)
      }
    }
    const [user, nobody] = [spread(taken.user), spread(taken.nobody)]
    const difference = Math.abs(user.median - nobody.median)
    const noise = Math.hypot(user.error, nobody.error)
    const said = `${user.median.toFixed(3)} ms for a user, ${nobody.median.toFixed(3)} for nobody, ± ${noise.toFixed(3)}`
    t.diagnostic(said)
    assert.ok(difference < 5 * noise || difference < 0.02 * user.median, said)
  })

/** The median, and how far it may be off: by the median deviation, which a few slow calls do not move. */
function spread(values: number[]): { median: number; error: number } {
  const median = middle(values)
  const deviation = 1.4826 * middle(values.map((value) => Math.abs(value - median)))
  return { median, error: (1.2533 * deviation) / Math.sqrt(values.length) }
}

const middle = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
