import assert from 'node:assert/strict'
import { createHmac, randomInt } from 'node:crypto'
import { after, before, test } from 'node:test'
import { generate } from 'otplib'
import { openMessage } from '../../src/delivery/message.ts'
import { deviceKey } from '../../src/lib/ids.ts'
import { formatSrpTimestamp } from '../../src/lib/srp-timestamp.ts'
import { ServiceError } from '../../src/model/errors.ts'
import { requireClient } from '../../src/pool/clients/client.ts'
import { groupKeyOf, sealDeviceVerifier } from '../../src/pool/devices/device.ts'
import { insertDevice, updateRemembered } from '../../src/pool/devices/device-store.ts'
import { newTotpSecret, storeSoftwareToken, totpSecretText } from '../../src/pool/mfa/software-token.ts'
import { answerChallenge, startSignIn } from '../../src/pool/sign-in/machine.ts'
import type { Step } from '../../src/pool/sign-in/sign-in.ts'
import { type AcrLevel, acrLevel, type FactorName } from '../../src/pool/tokens/proven.ts'
import { clientKey, newClient, rememberDevice } from '../lib/srp-client.ts'
import { rightPassword } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { allFactors, mfaScene, sms } from './scene.ts'

/**
 * Random walks through sign-ins with second factors, codes as first factors, devices and levels: calls in any order,
 * with right, wrong, stale and foreign parts, while administrators change what is asked of whom. Beside it stands what
 * has been shown in each sign-in, kept by the test itself; a walk that ends in tokens for less fails it.
 */
const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
const steps = Number(process.env.STEPS ?? 150)

let server: TestServer

before(async () => {
  server = await startTestServer({}, { jobs: false })
})
after(() => server?.close())

type Setting = 'SMS_MFA' | 'EMAIL_OTP' | 'SOFTWARE_TOKEN_MFA'

interface Person {
  name: string
  id: string
  secret: string
  enabled: boolean
  on: Set<Setting>
  preferred?: Setting
  device: { key: string; password: string; remembered: boolean; mfaProven: boolean }
}

interface Known {
  person: string
  challenge: string
  session: string
  parameters: Record<string, string>
  /** What has been shown, in order. */
  shown: FactorName[]
  device: boolean
  target?: AcrLevel
  code?: string
  srp?: ReturnType<typeof newClient>
  used: boolean
}

for (const MfaConfiguration of ['OPTIONAL', 'ON'] as const)
  test(`no walk reaches tokens for less than is owed where MFA is ${MfaConfiguration} (SEED=${seed})`, async () => {
    const random = generator(seed)
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!
    const chance = (share: number) => random() < share
    const { ctx, clock, cognito } = server
    const first = MfaConfiguration === 'ON' ? [] : (['EMAIL_OTP'] as const)
    const scene = await mfaScene(server, {
      pool: {
        ...sms,
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', ...first] } },
        DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
      },
      mfa: { MfaConfiguration, ...allFactors },
    })
    const { UserPoolId, ClientId } = scene
    const owner = async () => ({ ...(await requireClient(ctx, ClientId)), driver: pick(['api', 'admin'] as const) })
    const people = new Map<string, Person>()
    for (const name of ['ann', 'bob', 'eve']) people.set(name, await addPerson(name))
    const known: Known[] = []
    const reached = { done: 0, challenges: 0, refused: 0, second: 0, device: 0, codeFirst: 0 }

    for (let step = 0; step < steps; step++) {
      const action = random()
      if (action < 0.1) await administer(pick([...people.values()]))
      else if (action < 0.4 || known.length === 0) await start()
      else
        await answer(pick(chance(0.85) ? known.filter(({ used }) => !used).slice(-4) : known.slice(-12)) ?? known[0]!)
      if (chance(0.3)) clock.advance({ seconds: 31 })
      await ctx.db.deleteFrom('attempts').execute()
      await ctx.db.deleteFrom('quotas').execute()
    }
    assert.ok(reached.done > 3 && reached.refused > 10 && reached.second > 0, JSON.stringify(reached))
    if (process.env.STEPS) console.log(JSON.stringify(reached))

    async function addPerson(name: string): Promise<Person> {
      await scene.addUser(name, { attributes: { email: `${name}@example.com`, phone_number: '+12065550199' } })
      const { UserAttributes } = await cognito.adminGetUser({ UserPoolId, Username: name })
      const id = UserAttributes!.find(({ Name }) => Name === 'sub')!.Value!
      const user = { poolId: UserPoolId, id }
      const secret = newTotpSecret()
      await ctx.db.transaction().execute((trx) => storeSoftwareToken(trx, ctx, user, { secret, step: 0 }))
      const key = deviceKey('us-east-1')
      const made = await rememberDevice(newClient(''), groupKeyOf(key), key)
      const device = { key, password: made.password, remembered: true, mfaProven: name !== 'eve' }
      const srp = { salt: made.salt, sealed: sealDeviceVerifier(ctx, user, key, made.verifier) }
      await insertDevice(ctx.db, UserPoolId, id, { ...device, name, srp, lastIp: null }, clock.now())
      return { name, id, secret: totpSecretText(secret), enabled: true, on: new Set(), device }
    }

    async function administer(person: Person) {
      const Username = person.name
      if (chance(0.05) || !person.enabled) {
        person.enabled = !person.enabled
        await cognito[person.enabled ? 'adminEnableUser' : 'adminDisableUser']({ UserPoolId, Username })
      } else if (chance(0.3)) {
        person.device.remembered = !person.device.remembered
        await updateRemembered(ctx.db, UserPoolId, person.id, person.device.key, person.device.remembered, clock.now())
      } else {
        const setting = pick(['SMS_MFA', 'EMAIL_OTP', 'SOFTWARE_TOKEN_MFA'] as const)
        const Enabled = !person.on.has(setting)
        const PreferredMfa = Enabled && chance(0.5)
        person.on[Enabled ? 'add' : 'delete'](setting)
        if (PreferredMfa) person.preferred = setting
        else if (person.preferred === setting) person.preferred = undefined
        const member = {
          SMS_MFA: 'SMSMfaSettings',
          EMAIL_OTP: 'EmailMfaSettings',
          SOFTWARE_TOKEN_MFA: 'SoftwareTokenMfaSettings',
        }[setting]
        await cognito.adminSetUserMFAPreference({ UserPoolId, Username, [member]: { Enabled, PreferredMfa } })
      }
    }

    async function start() {
      const person = pick([...people.values()])
      const flow = pick(['USER_PASSWORD_AUTH', 'USER_AUTH', 'USER_AUTH'])
      const password = chance(0.9) ? rightPassword : 'Wrong-Horse-9'
      const parameters: Record<string, string> = { USERNAME: person.name, PASSWORD: password }
      const preferred = pick(['PASSWORD', 'PASSWORD', 'EMAIL_OTP', 'SMS_MFA', undefined])
      if (preferred) parameters.PREFERRED_CHALLENGE = preferred
      if (chance(0.4)) parameters.DEVICE_KEY = chance(0.8) ? person.device.key : pick([...people.values()]).device.key
      const target = flow === 'USER_AUTH' && chance(0.3) ? pick([1, 2, 3, 4] as const) : undefined
      if (target) parameters.TARGET_ACR_VALUES = `urn:cognito:loa:${target}`
      const judged = flow !== 'USER_AUTH' || preferred === 'PASSWORD'
      const shown: FactorName[] = judged && password === rightPassword ? ['pwd'] : []
      await run({ person: person.name, shown, device: false, target }, async () =>
        startSignIn(ctx, { ...(await owner()), flow, parameters }),
      )
    }

    async function answer(from: Known) {
      const person = people.get(from.person)!
      const other = pick([...people.values()])
      const challengeName = chance(0.9) ? from.challenge : pick(challengeNames)
      const sent = chance(0.85) ? from : pick(known)
      const totpOf = chance(0.85) ? person : other
      const epoch = Math.floor(clock.now().getTime() / 1000) - (chance(0.15) ? 120 : 0)
      const password = chance(0.9) ? rightPassword : 'Wrong-Horse-9'
      const code = sent.code ?? '00000000'
      const totp = await generate({ secret: totpOf.secret, epoch })
      const device = chance(0.85) ? person.device : other.device
      let responses: Record<string, string> = {
        USERNAME: chance(0.95) ? person.name : other.name,
        PASSWORD: password,
        ANSWER: pick(['PASSWORD', 'EMAIL_OTP', 'SMS_MFA', 'SOFTWARE_TOKEN_MFA']),
        EMAIL_OTP_CODE: code,
        SMS_MFA_CODE: code,
        SMS_OTP_CODE: code,
        SOFTWARE_TOKEN_MFA_CODE: totp,
      }
      const named = from.challenge.startsWith('DEVICE') || chance(0.05)
      if (named) responses.DEVICE_KEY = device.key
      const srp = challengeName === 'DEVICE_SRP_AUTH' ? newClient(groupKeyOf(device.key)) : from.srp
      if (challengeName === 'DEVICE_SRP_AUTH') responses.SRP_A = srp!.largeAValue.toString(16)
      const secret = chance(0.8) ? device.password : 'guess'
      if (challengeName === 'DEVICE_PASSWORD_VERIFIER' && from.challenge === challengeName)
        responses = { ...responses, ...(await claim(from, device.key, secret)) }

      const right = {
        PASSWORD: password === rightPassword,
        EMAIL_OTP: code === from.code,
        SMS_MFA: code === from.code,
        SOFTWARE_TOKEN_MFA: totpOf === person && epoch > clock.now().getTime() / 1000 - 100,
        DEVICE_PASSWORD_VERIFIER: device === person.device && secret === device.password,
      }[from.challenge]
      const proves = { PASSWORD: 'pwd', EMAIL_OTP: 'email_otp', SMS_MFA: 'sms', SOFTWARE_TOKEN_MFA: 'otp' } as const
      const proof = proves[from.challenge as keyof typeof proves]
      const shown = [...from.shown, ...(proof && right ? [proof] : [])]
      // The password may come along with the choice of it.
      const chosen = challengeName === 'SELECT_CHALLENGE' ? responses.ANSWER : challengeName
      if (from.challenge === 'SELECT_CHALLENGE' && chosen === 'PASSWORD' && password === rightPassword)
        shown.push('pwd')
      const provesDevice = from.device || (from.challenge === 'DEVICE_PASSWORD_VERIFIER' && right === true)

      await run(
        { person: from.person, shown, device: provesDevice, target: from.target },
        async () => {
          const step = await answerChallenge(ctx, {
            ...(await owner()),
            challengeName,
            responses,
            session: from.session,
          })
          assert.ok(!from.used, 'a session was answered twice')
          assert.notEqual(right, false, `a wrong answer to ${from.challenge} was taken`)
          from.used = true
          return step
        },
        srp,
      )
    }

    async function claim({ parameters, srp }: Known, key: string, secret: string): Promise<Record<string, string>> {
      const { SRP_B, SALT, SECRET_BLOCK } = parameters
      const TIMESTAMP = formatSrpTimestamp(clock.now())
      const shared = await clientKey(srp!, key, secret, SRP_B!, SALT!)
      const signature = createHmac('sha256', shared)
        .update(groupKeyOf(key) + key)
        .update(Buffer.from(SECRET_BLOCK!, 'base64'))
        .update(TIMESTAMP)
        .digest('base64')
      return { PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK!, PASSWORD_CLAIM_SIGNATURE: signature, TIMESTAMP }
    }

    async function run(
      given: Pick<Known, 'person' | 'shown' | 'device' | 'target'>,
      call: () => Promise<Step>,
      srp?: Known['srp'],
    ) {
      let step: Step
      try {
        step = await call()
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error
        reached.refused++
        return
      }
      if (step.kind === 'challenge') {
        reached.challenges++
        const { name: challenge, session, parameters } = step
        const code = parameters.CODE_DELIVERY_DESTINATION ? await lastCode() : undefined
        known.push({ ...given, challenge, session, parameters, code, srp, used: false })
        return
      }
      reached.done++
      const person = people.get(given.person)!
      const { shown, device } = given
      const about = JSON.stringify({ given, on: [...person.on], preferred: person.preferred, device: person.device })
      assert.ok(person.enabled, `tokens for a disabled user: ${about}`)
      assert.equal(step.user.username, person.name)
      assert.deepEqual(
        step.proven.factors.map(({ name }) => name),
        shown,
        about,
      )
      const owes = MfaConfiguration === 'ON' || person.on.size > 0
      const second = shown.slice(1).some((name) => name !== 'pwd')
      const trusted = device && person.device.remembered && person.device.mfaProven
      if (shown[0] === 'pwd') assert.ok(!owes || second || trusted, `tokens without a second factor: ${about}`)
      else assert.ok(shown[0] === 'email_otp' && !owes, `tokens for a code in the place of a password: ${about}`)
      if (given.target) assert.ok(acrLevel(step.proven) >= given.target, `tokens below the level: ${about}`)
      if (second) reached.second++
      if (shown[0] === 'email_otp') reached.codeFirst++
      if (device) reached.device++
    }

    /** Out of the outbox, from which nothing leaves here. */
    async function lastCode(): Promise<string> {
      const row = await ctx.db.selectFrom('outbox').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow()
      return openMessage(ctx.keyring, { poolId: row.pool_id, id: row.id }, row.sealed!).code!
    }
  })

const challengeNames = [
  'SELECT_CHALLENGE',
  'PASSWORD',
  'EMAIL_OTP',
  'SMS_OTP',
  'SMS_MFA',
  'SOFTWARE_TOKEN_MFA',
  'SELECT_MFA_TYPE',
  'MFA_SETUP',
  'DEVICE_SRP_AUTH',
  'DEVICE_PASSWORD_VERIFIER',
]

/** mulberry32 */
function generator(state: number): () => number {
  let current = state
  return () => {
    current = (current + 0x6d2b79f5) | 0
    let mixed = Math.imul(current ^ (current >>> 15), 1 | current)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
