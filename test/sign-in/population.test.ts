import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AuthFactorType, UserPoolMfaType } from '@aws-sdk/client-cognito-identity-provider'
import { allFactors, sms } from '../mfa/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { rightPassword, signInScene } from './scene.ts'

/**
 * How well the best rule over the answer to one call tells users from names that nobody has: half of the names are
 * users', so that guessing is right half of the time.
 */
let server: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>
let ClientId: string

before(async () => {
  server = await startTestServer()
  scene = await signInScene(server, { pool: settingsOf(['EMAIL_OTP', 'SMS_OTP']) })
  await server.cognito.setUserPoolMfaConfig({
    UserPoolId: scene.UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    ...allFactors,
  })
  ClientId = (await scene.addClient({ PreventUserExistenceErrors: 'ENABLED' })).ClientId
  await addPopulation()
})
after(() => server?.close())

const settingsOf = (firsts: AuthFactorType[]) => ({
  Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD' as const, ...firsts] } },
  AutoVerifiedAttributes: ['email' as const],
  ...sms,
})

const email = (name: string) => ({ email: `${name}@example.com`, email_verified: 'true' })
const phone = (digits: string) => ({ phone_number: `+1206555${digits}`, phone_number_verified: 'true' })

/** Users of each kind, and how many of 300 are like them. */
const population: { name: string; count: number; attributes: Record<string, string>; kind?: string }[] = [
  { name: 'both', count: 95, attributes: { ...email('both'), ...phone('0100') } },
  { name: 'mail', count: 110, attributes: email('mail') },
  { name: 'phone', count: 12, attributes: phone('0101') },
  { name: 'bare', count: 5, attributes: {} },
  { name: 'invited', count: 28, attributes: email('invited'), kind: 'invited' },
  { name: 'careful', count: 25, attributes: { ...email('careful'), ...phone('0102') }, kind: 'mfa' },
  { name: 'codes', count: 25, attributes: email('codes'), kind: 'passwordless' },
]

async function addPopulation() {
  const { UserPoolId } = scene
  for (const { name, attributes, kind } of population) {
    if (kind === 'invited') await scene.addTemporaryUser(name, attributes)
    else if (kind === 'passwordless') await addPasswordless(name, attributes.email!)
    else await scene.addUser(name, { attributes })
    if (kind !== 'mfa') continue
    const SMSMfaSettings = { Enabled: true, PreferredMfa: true }
    await server.cognito.adminSetUserMFAPreference({ UserPoolId, Username: name, SMSMfaSettings })
  }
}

async function addPasswordless(Username: string, address: string) {
  await server.cognito.signUp({ ClientId, Username, UserAttributes: [{ Name: 'email', Value: address }] })
  await server.cognito.adminConfirmSignUp({ UserPoolId: scene.UserPoolId, Username })
  const UserAttributes = [{ Name: 'email_verified', Value: 'true' }]
  await server.cognito.adminUpdateUserAttributes({ UserPoolId: scene.UserPoolId, Username, UserAttributes })
}

const unknown = Array.from({ length: 300 }, (_, index) => `nobody-${index}`)

type Call = (name: string) => Promise<string>

/** What a caller sees of an answer, but for the letters and digits that are anybody's. */
const signIn =
  (parameters: Record<string, string> = {}): Call =>
  async (USERNAME) => {
    const answer = await server.cognito
      .initiateAuth({ ClientId, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME, ...parameters } })
      .catch(({ name, message }: Error) => ({ ChallengeName: `${name} ${message}` }) as never)
    const { ChallengeName, AvailableChallenges, ChallengeParameters = {} } = answer
    const masked = (ChallengeParameters.CODE_DELIVERY_DESTINATION ?? '').replace(/[a-z0-9]/gi, 'x')
    return JSON.stringify([ChallengeName, AvailableChallenges, Object.keys(ChallengeParameters).sort(), masked])
  }

const forgotPassword: Call = async (Username) => {
  const { CodeDeliveryDetails } = await server.cognito.forgotPassword({ ClientId, Username })
  const { Destination, ...details } = CodeDeliveryDetails!
  return JSON.stringify([details, Destination!.replace(/[a-z0-9]/gi, 'x')])
}

async function bestAccuracy(call: Call): Promise<number> {
  const shares = new Map<string, [number, number]>()
  const count = (seen: string, side: 0 | 1, share: number) => {
    const both = shares.get(seen) ?? [0, 0]
    both[side] += share
    shares.set(seen, both)
  }
  for (const { name, count: users } of population) count(await call(name), 0, users / 300)
  for (const name of unknown) count(await call(name), 1, 1 / unknown.length)
  return [...shares.values()].reduce((sum, [users, others]) => sum + Math.max(users, others) / 2, 0)
}

const combinations: AuthFactorType[][] = [['EMAIL_OTP', 'SMS_OTP'], ['EMAIL_OTP'], ['SMS_OTP'], []]

test('the population is one of 300', () => {
  assert.equal(
    population.reduce((sum, { count }) => sum + count, 0),
    300,
  )
})

for (const MfaConfiguration of ['OPTIONAL', 'OFF', 'ON'] as UserPoolMfaType[]) {
  // Codes are no first factor where the pool requires a second one.
  for (const firsts of MfaConfiguration === 'ON' ? [[]] : combinations) {
    test(`one sign-in hardly tells users from other names: ${firsts.join(' and ') || 'passwords'}, MFA ${MfaConfiguration}`, async (t) => {
      const { UserPoolId } = scene
      await server.cognito.updateUserPool({ UserPoolId, ...settingsOf(firsts), MfaConfiguration })
      for (const preferred of [undefined, ...firsts, 'PASSWORD', 'WEB_AUTHN']) {
        const accuracy = await bestAccuracy(signIn(preferred ? { PREFERRED_CHALLENGE: preferred } : {}))
        t.diagnostic(`${preferred ?? 'no preference'}: ${accuracy.toFixed(3)}`)
        assert.ok(accuracy < 0.66, `${preferred}: ${accuracy}`)
      }
    })
  }
}

test('nor does one call for a new password', async (t) => {
  const accuracy = await bestAccuracy(forgotPassword)
  t.diagnostic(accuracy.toFixed(3))
  assert.ok(accuracy < 0.66, String(accuracy))
})

test('a name that nobody has is answered the same every time, whatever the case of its letters', async () => {
  for (const name of unknown.slice(0, 20)) {
    const first = await signIn()(name)
    assert.equal(await signIn()(name), first)
    assert.equal(await signIn()(name.toUpperCase()), first)
  }
})

test('an address that a pool requires, or that was typed, is one that every name has', async () => {
  const required = await signInScene(server, {
    pool: {
      ...settingsOf(['EMAIL_OTP']),
      Schema: [{ Name: 'email', Required: true, Mutable: true }],
    },
    client: { PreventUserExistenceErrors: 'ENABLED' },
  })
  const offers = async (USERNAME: string, Client: string) =>
    (
      await server.cognito.initiateAuth({
        ClientId: Client,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME, PREFERRED_CHALLENGE: 'EMAIL_OTP' },
      })
    ).ChallengeName
  const names = await Promise.all(unknown.slice(0, 80).map((name) => offers(name, required.ClientId)))
  const share = names.filter((name) => name === 'EMAIL_OTP').length / names.length
  // The others have not set their first password yet.
  assert.ok(share > 0.75 && share < 1, String(share))
})

test('many names that nobody has share no limit of messages, which users do not share either', async () => {
  await server.cognito.updateUserPool({
    UserPoolId: scene.UserPoolId,
    ...settingsOf(['EMAIL_OTP', 'SMS_OTP']),
    MfaConfiguration: 'OFF',
  })
  for (const preferred of ['EMAIL_OTP', 'SMS_OTP']) {
    const seen = await Promise.all(
      Array.from({ length: 200 }, (_, index) => signIn({ PREFERRED_CHALLENGE: preferred })(`crowd-${index}`)),
    )
    assert.ok(!seen.some((answer) => answer.includes('TooManyRequests')))
  }
})

test('a user signs in as before', async () => {
  assert.ok((await scene.byPassword('mail', rightPassword, ClientId)).AuthenticationResult)
})
