import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { after, before, test } from 'node:test'
import { formatSrpTimestamp } from '../../src/lib/srp-timestamp.ts'
import { ServiceError } from '../../src/model/errors.ts'
import { requireClient } from '../../src/pool/clients/client.ts'
import { answerChallenge, startSignIn } from '../../src/pool/sign-in/machine.ts'
import { settle } from '../../src/pool/sign-in/settle.ts'
import type { Step } from '../../src/pool/sign-in/sign-in.ts'
import { newClient } from '../lib/srp-client.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { signInScene, srpResponses } from './scene.ts'

/**
 * Random walks through the machine: calls in any order, with right, wrong, stale and foreign parts, while administrators
 * change the accounts. Beside it stands what should be known by then, kept by the simplest rules there are; a walk that
 * ends in tokens which those rules do not grant fails the test.
 */
const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
const steps = 600

let server: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>
let clients: string[]

before(async () => {
  server = await startTestServer({}, { jobs: false })
  scene = await signInScene(server)
  clients = [
    scene.ClientId,
    (await scene.addClient({ PreventUserExistenceErrors: 'ENABLED' })).ClientId,
    (await signInScene(server)).ClientId,
  ]
})
after(() => server?.close())

interface Person {
  name: string
  password: string
  /** Grows with every password, so that a sign-in can be held to the one that it began with. */
  version: number
  temporary: boolean
  enabled: boolean
  signedOut: number
}

interface Known {
  person: string
  client: string
  challenge: string
  session: string
  /** The version of the password that was proven, if any was. */
  proven?: number
  began: number
  step: Extract<Step, { kind: 'challenge' }>
  srp?: ReturnType<typeof newClient>
  used: boolean
  until: number
}

test(`no walk reaches tokens without every requirement met (SEED=${seed})`, async () => {
  const random = generator(seed)
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!
  const chance = (share: number) => random() < share
  const { UserPoolId } = scene
  const { ctx, clock, cognito } = server
  const people = new Map<string, Person>()
  const known: Known[] = []
  const reached = { done: 0, challenges: 0, refused: 0 }

  const passwords = ['First-Horse-1', 'Second-Horse-2', 'Third-Horse-3']
  for (const name of ['ann', 'bob', 'eve']) {
    const person = { name, password: passwords[0]!, version: 1, temporary: true, enabled: true, signedOut: 0 }
    people.set(name, person)
    await scene.addTemporaryUser(name)
    await setPassword(person, passwords[0]!, name !== 'ann')
  }

  // Most calls are refused: a walk that has had few right ones goes on.
  for (let step = 0; step < steps || (reached.done <= 20 && step < 3 * steps); step++) {
    const action = random()
    if (action < 0.12) await administer(pick([...people.values()]))
    else if (action < 0.55 || known.length === 0) await start()
    else await answer(pick(openOnes().length > 0 && chance(0.7) ? openOnes() : known.slice(-12)))
    if (chance(0.1)) clock.advance({ seconds: pick([1, 20, 70, 200]) })
    // Else everybody is locked out sooner or later; the lock has tests of its own.
    await ctx.db.deleteFrom('attempts').execute()
  }
  assert.ok(reached.done > 20 && reached.challenges > 20 && reached.refused > 20, JSON.stringify(reached))

  function openOnes(): Known[] {
    return known.filter(({ used, until }) => !used && now() < until)
  }

  async function start() {
    const client = chance(0.9) ? pick(clients.slice(0, 2)) : clients[2]!
    const name = pick(['ann', 'bob', 'eve', 'nobody'])
    const flow = pick(['USER_PASSWORD_AUTH', 'ADMIN_USER_PASSWORD_AUTH', 'USER_AUTH', 'USER_AUTH', 'USER_SRP_AUTH'])
    const parameters: Record<string, string> = { USERNAME: name }
    const srp = flow === 'USER_SRP_AUTH' ? newClient(UserPoolId.split('_')[1]!) : undefined
    if (chance(0.8)) parameters.PASSWORD = likely(name)
    if (srp) parameters.SRP_A = srp.largeAValue.toString(16)
    if (chance(0.4)) parameters.PREFERRED_CHALLENGE = pick(['PASSWORD', 'PASSWORD_SRP', 'NEW_PASSWORD_REQUIRED'])
    const judged = flow.includes('PASSWORD') || parameters.PREFERRED_CHALLENGE === 'PASSWORD'
    const proven = judged ? provenBy(name, client, parameters.PASSWORD) : undefined

    await run(
      { name, client, proven, began: now() },
      async () =>
        startSignIn(ctx, { ...(await requireClient(ctx, client)), flow, parameters, driver: pick(['api', 'admin']) }),
      srp,
    )
  }

  async function answer(from: Known) {
    const client = chance(0.9) ? from.client : pick(clients)
    const name = chance(0.9) ? from.person : pick(['ann', 'bob', 'eve', 'nobody'])
    const challengeName = chance(0.85) ? from.challenge : pick(challengeNames)
    let responses: Record<string, string> = {}
    let provesSrp = false
    if (challengeName === 'PASSWORD_VERIFIER' && from.srp && from.challenge === 'PASSWORD_VERIFIER' && chance(0.3)) {
      const password = likely(from.person)
      responses = await srpResponses(
        from.srp,
        UserPoolId,
        { ChallengeParameters: from.step.parameters },
        password,
        formatSrpTimestamp(clock.now()),
      )
      provesSrp = people.get(from.person)?.password === password
    }
    responses = { ...responses, USERNAME: name }
    if (chance(0.7)) responses.PASSWORD = likely(name)
    if (chance(0.7)) responses.ANSWER = pick(['PASSWORD', 'PASSWORD', 'PASSWORD_SRP', 'NEW_PASSWORD_REQUIRED'])
    if (chance(0.7)) responses.NEW_PASSWORD = pick([...passwords, 'weak'])
    const alive = !from.used && now() < from.until && client === from.client && name === from.person
    const person = people.get(from.person)

    const takesPassword =
      challengeName === 'PASSWORD' || (challengeName === 'SELECT_CHALLENGE' && responses.ANSWER === 'PASSWORD')
    let proven = from.proven
    if (takesPassword) proven = provenBy(name, client, responses.PASSWORD)
    if (provesSrp) proven = person?.version
    const setsOwn = challengeName === 'NEW_PASSWORD_REQUIRED' && responses.NEW_PASSWORD !== 'weak'
    const granted = alive ? { proven, setsOwn } : {}

    await run(
      { name: from.person, client, began: from.proven ? from.began : now(), ...granted },
      async () => {
        const step = await answerChallenge(ctx, {
          ...(await requireClient(ctx, client)),
          challengeName,
          responses,
          session: from.session,
          driver: pick(['api', 'admin']),
        })
        // As the statement does that issues the tokens.
        if (step.kind === 'done') await settle(ctx, step)
        assert.ok(!from.used, 'a session was answered twice')
        from.used = true
        if (from.challenge === 'NEW_PASSWORD_REQUIRED' && person) {
          person.password = responses.NEW_PASSWORD!
          person.version++
          person.temporary = false
        }
        return step
      },
      from.srp,
    )
  }

  async function run(
    given: { name: string; client: string; proven?: number; setsOwn?: boolean; began: number },
    call: () => Promise<Step>,
    srp?: ReturnType<typeof newClient>,
  ) {
    const person = people.get(given.name)
    const grants =
      person?.enabled === true &&
      given.proven === person.version &&
      given.began >= person.signedOut &&
      (!person.temporary || given.setsOwn === true)
    let step: Step
    try {
      step = await call()
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      reached.refused++
      return
    }
    if (step.kind === 'done') {
      reached.done++
      assert.ok(grants, `tokens for ${given.name} that nothing grants: ${JSON.stringify({ given, person })}`)
      assert.equal(step.user.username, given.name)
      assert.deepEqual(
        step.proven.factors.map((factor) => factor.name),
        ['pwd'],
      )
      return
    }
    reached.challenges++
    const { session, name: challenge } = step
    if (challenge === 'NEW_PASSWORD_REQUIRED')
      assert.ok(person?.temporary && given.proven === person.version, 'asked for a new password without the old one')
    const proven = challenge === 'NEW_PASSWORD_REQUIRED' ? given.proven : undefined
    const until = now() + (challenge === 'PASSWORD_VERIFIER' ? 60_000 : 180_000)
    const rest = { person: given.name, client: given.client, began: given.began, used: false }
    known.push({ ...rest, challenge, session, proven, step, srp, until })
  }

  async function administer(person: Person) {
    const Username = person.name
    const what = random()
    if (what < 0.15 || !person.enabled) {
      person.enabled = !person.enabled
      await cognito[person.enabled ? 'adminEnableUser' : 'adminDisableUser']({ UserPoolId, Username })
      if (!person.enabled) person.signedOut = now()
    } else if (what < 0.35) {
      await cognito.adminUserGlobalSignOut({ UserPoolId, Username })
      person.signedOut = now() - 1000
    } else await setPassword(person, pick(passwords), chance(0.4))
  }

  async function setPassword(person: Person, Password: string, Permanent: boolean) {
    await cognito.adminSetUserPassword({ UserPoolId, Username: person.name, Password, Permanent })
    Object.assign(person, { password: Password, temporary: !Permanent, version: person.version + 1 })
  }

  function provenBy(name: string, client: string, password: string | undefined): number | undefined {
    const person = people.get(name)
    return client !== clients[2] && person?.password === password ? person?.version : undefined
  }

  function likely(name: string): string {
    return chance(0.8) ? (people.get(name)?.password ?? 'none') : pick(passwords)
  }

  function now(): number {
    return clock.now().getTime()
  }
})

const challengeNames = ['SELECT_CHALLENGE', 'PASSWORD', 'PASSWORD_SRP', 'PASSWORD_VERIFIER', 'NEW_PASSWORD_REQUIRED']

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
