/**
 * The one machine behind every sign-in, of the API and of the pages.
 *
 *   startSignIn ──▶ next requirement that is not met ──none──▶ done: this user, proven how
 *                     │                        ▲
 *                     ▼                        │ right: the session is consumed, what was proven is written
 *                   ask ──▶ session ──▶ answerChallenge
 *                             ▲                │ wrong: counted and refused; the session stays, until its
 *                             └────────────────┘        limit or its time
 *
 * Between two calls a sign-in stores what has been proven, never where to go next: after every answer the table in
 * `requirements.ts` is evaluated again (`advance.ts`). A further challenge is one file in `challenges`, one line in its
 * index, and one row of that table.
 */
import type { Context } from '../../context.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { InvalidParameter, UserNotFound } from '../../model/errors.ts'
import { preventsUserExistenceErrors } from '../clients/client-rules.ts'
import { confirmOwner, expectedRevisions, type MaybeOwned, type Owner } from '../clients/owner.ts'
import { checkSecretHash } from '../clients/secret-hash.ts'
import { watchSignIn } from '../threat-protection/watch-sign-in.ts'
import { preAuthentication } from '../triggers/pre-authentication.ts'
import { loginName } from '../users/user.ts'
import { advance, isAnsweredEarly, take } from './advance.ts'
import { findCredentialsByName } from './credentials-store.ts'
import { beginCustomAuth } from './custom-auth.ts'
import { guessOfAnswer, guessOfFirstCall } from './early-guess.ts'
import { codeFactorProving, offeredFactors } from './first-factors.ts'
import { type FlowName, flows, isMigrating, requireFlow, requireParameters } from './flows.ts'
import { migrate, migrateByAnswer, migratesByAnswer } from './migrate.ts'
import { observingRefusals, verifyAnswer } from './observe-sign-in.ts'
import { onRecord } from './on-record.ts'
import { isNameOf, resume } from './resume.ts'
import { claimAnswer } from './session.ts'
import { invalidSession } from './session-errors.ts'
import { settling } from './settle.ts'
import type { Driver, Remembered, Responses, SignIn, Step } from './sign-in.ts'
import { requireConfirmedSession } from './sign-up-session.ts'
import { beginStepUp } from './step-up.ts'
import { withDevice } from './trusted-device.ts'

interface Driven extends Owner {
  driver: Driver
}

interface StartInput extends Driven {
  flow: string
  parameters: Responses
  validationData?: Record<string, string>
  /** Set for a page that asked for a passkey before it knew the user; apps can't set it. */
  remembered?: Remembered
}

/** @throws what InitiateAuth declares */
export const startSignIn = (ctx: MaybeOwned, input: StartInput): Promise<Step> =>
  onRecord(ctx, { ...input, typed: input.parameters.USERNAME }, () =>
    observingRefusals(ctx, input, () => start(ctx, input)),
  )

async function start(ctx: MaybeOwned, input: StartInput): Promise<Step> {
  const { pool, client, flow: flowName, driver, validationData, remembered } = input
  const { CREDENTIAL, ...others } = input.parameters
  const parameters: Responses = remembered && CREDENTIAL !== undefined ? input.parameters : others
  const flow = requireFlow(flowName, client, driver, parameters)
  const username = parameters.USERNAME!
  if (username.length > maxNameLength) throw new InvalidParameter('Invalid username.')
  if (driver !== 'page') checkSecretHash(client, username, parameters.SECRET_HASH)

  const custom = flow === 'CUSTOM_AUTH' ? beginCustomAuth(pool, parameters) : undefined
  const { found, guess } = await findOrMigrate(ctx, { ...input, parameters }, flow)
  const hidden = preventsUserExistenceErrors(client)
  const migratesLater = !found && parameters.PASSWORD === undefined && migratesByAnswer(pool, driver)
  if (!found && !hidden && !migratesLater) throw new UserNotFound()
  await preAuthentication(ctx, { pool, client, user: found?.user, typed: username }, validationData)

  const stepUp =
    flow === 'USER_AUTH' ? await beginStepUp(ctx, { pool, client, ...found, typed: username }, parameters) : undefined
  const chosen = flows[flow].first(ctx, { pool, ...found, state: { username, ...stepUp } }, parameters)
  const first = migratesLater && !hidden ? 'PASSWORD' : chosen
  const id = uuidv7(ctx.clock.now())
  const state = { flow, driver, username, first, ...stepUp, ...custom?.state }
  const begun = { id, pool, client, ...found, guess, state, history: custom?.history, unsettled: {} }
  const signIn = await withDevice(ctx, begun, parameters)
  const isAnswered = first === 'PASSWORD' || (remembered && first && isAnsweredEarly(first, parameters))
  const judged = { challenge: isAnswered ? first : undefined, password: parameters.PASSWORD }
  return settling(ctx, signIn, () =>
    watchSignIn(ctx, signIn, judged, (watched) => advance(ctx, watched, parameters, undefined, remembered)),
  )
}

/**
 * The user of a sign-in, and the guess at the password if the same statement could count it. A user whom only the
 * migration trigger knows is created here.
 */
async function findOrMigrate(ctx: MaybeOwned, input: StartInput, flow: FlowName) {
  const { pool, client, driver, parameters, validationData } = input
  const username = parameters.USERNAME!
  const lookup = { poolId: pool.id, clientId: client.id, name: loginName(pool, username) }
  const early = guessOfFirstCall(ctx, input, flow)
  const { credentials, guess, ...read } = await findCredentialsByName(ctx.db, lookup, expectedRevisions(ctx), early)
  confirmOwner(ctx, read.found)
  if (credentials || !isMigrating(flow, driver, parameters)) return { found: credentials, guess }
  const migration = { pool, client, typed: username, password: parameters.PASSWORD, validationData }
  return { found: await migrate(ctx, migration), guess }
}

/** The first sign-in of a user who has just confirmed their account with a code that would also sign them in. */
export const startConfirmed = (ctx: Context, input: ConfirmedStart): Promise<Step> =>
  onRecord(ctx, input, () => observingRefusals(ctx, input, () => enterConfirmed(ctx, input)))

interface ConfirmedStart extends Driven {
  session: string
  validationData?: Record<string, string>
}

async function enterConfirmed(ctx: Context, input: ConfirmedStart): Promise<Step> {
  const { pool, client, driver, validationData } = input
  requireFlow('USER_AUTH', client, driver, { USERNAME: 'is known' })
  const session = await requireConfirmedSession(ctx, input, input.session)
  // Sign-up is the same for apps and pages; from here on the driver matters.
  const found = await resume(ctx, { ...input, driver: session.state.driver }, session)
  const { user } = found
  const state = { ...found.state, driver }
  await preAuthentication(ctx, { pool, client, user, typed: state.username }, validationData)
  const factor = codeFactorProving(state.proven?.factors[0]?.name ?? '')
  const proven = factor && offeredFactors(ctx, found).includes(factor.name) ? state.proven : undefined
  const signIn = { ...found, id: uuidv7(ctx.clock.now()), state: { ...state, proven } }
  return watchSignIn(ctx, signIn, {}, (watched) => advance(ctx, watched, {}, { write: undefined, session: session.id }))
}

interface ChallengeAnswer extends Driven {
  challengeName: string
  responses: Responses
  session: string | undefined
  clientMetadata?: Record<string, string>
  /** Set for a page that asked before it knew the user. */
  remembered?: Remembered
}

/** @throws what RespondToAuthChallenge declares */
export const answerChallenge = (ctx: MaybeOwned, input: ChallengeAnswer): Promise<Step> =>
  onRecord(ctx, { ...input, typed: input.responses.USERNAME }, () =>
    observingRefusals(ctx, input, () => answer(ctx, input)),
  )

async function answer(ctx: MaybeOwned, input: ChallengeAnswer): Promise<Step> {
  const { client, responses, driver } = input
  if (driver !== 'page') {
    requireParameters(responses, ['USERNAME'])
    checkSecretHash(client, responses.USERNAME!, responses.SECRET_HASH)
  }
  const guess = guessOfAnswer(ctx, input)
  const session = await claimAnswer(ctx, input, input.challengeName, input.session, responses, guess)
  const resumed = await resume(ctx, input, session)
  const migrates = !resumed.user && input.challengeName === 'PASSWORD' && migratesByAnswer(input.pool, driver)
  const known = migrates ? await migrateByAnswer(ctx, resumed, responses.PASSWORD) : resumed
  const signIn = await withDevice(ctx, known, responses)
  if (driver !== 'page' && !isNameOf(ctx, signIn, responses.USERNAME!)) throw invalidSession()

  const remembered = { ...session.secrets.remembered, ...input.remembered }
  const chosenHere = session.challenge !== input.challengeName
  const answered = chosenHere ? { ...responses, ANSWER: input.challengeName } : responses
  const password = responses.PASSWORD
  const newPassword = session.challenge === 'NEW_PASSWORD_REQUIRED' ? responses.NEW_PASSWORD : undefined
  const judged = {
    challenge: password === undefined ? session.challenge : ('PASSWORD' as const),
    password,
    newPassword,
  }
  const judge = async (watched: SignIn) => {
    const verdict = await verifyAnswer(ctx, watched, session.challenge, { responses: answered, remembered })
    const next = { ...take(ctx, watched, session.challenge, verdict), id: uuidv7(ctx.clock.now()) }
    const consumed = watched.unsettled.settles?.session ? undefined : session.id
    return advance(ctx, next, responses, { write: verdict.write, session: consumed })
  }
  return settling(ctx, signIn, () => watchSignIn(ctx, signIn, judged, judge))
}

const maxNameLength = 2048
