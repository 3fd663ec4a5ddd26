import type { Context, Trx } from '../../context.ts'
import type { CountedGuess } from '../attempts/lock-out.ts'
import type { Client } from '../clients/client.ts'
import type { Device } from '../devices/device.ts'
import type { StoredPassword } from '../passwords/password-store.ts'
import type { MfaFactor } from '../pools/mfa-factors.ts'
import type { Pool } from '../pools/pool.ts'
import type { Watched } from '../threat-protection/refuse-risk.ts'
import type { Group } from '../tokens/claims.ts'
import type { AcrLevel, Proven } from '../tokens/proven.ts'
import type { Settlement } from '../tokens/settlement.ts'
import type { ChallengeResult } from '../triggers/auth-challenges.ts'
import type { MfaOfUser } from '../users/mfa.ts'
import type { User } from '../users/user.ts'
import type { ChallengeName } from './challenges/index.ts'
import type { FlowName } from './flows.ts'

/** Who drives a sign-in: the two surfaces of the JSON API, or a hosted page, which is bound to no flow of the client. */
export type Driver = 'api' | 'admin' | 'page'

/** What a sign-in knows between two calls: what was asked for, and what has been proven. */
export interface SignInState {
  flow: FlowName
  driver: Driver
  /** As it was typed: a username, an alias or a sub. */
  username: string
  /** The challenge that is to prove the first factor. */
  first?: ChallengeName
  /** The client's half of an SRP exchange that is under way. */
  srpA?: string
  /** Where the answer is a guess at a password that can be counted early: whose guesses are counted, and for which answers. */
  guess?: { subject: string; expectations: string[] }
  proven?: Proven
  /** `lastSignOut` of the user when the first factor was proven: another sign-out ends this sign-in. Absent for 0. */
  lastSignOut?: number
  /** Which password was proven, by when it was set: a sign-in ends with the password that it began with. */
  passwordSetAt?: number
  newPassword?: boolean
  /** In pools with threat protection. */
  watched?: Watched
  /** Another first factor is owed, although something has been proven. */
  firstAgain?: boolean
  /** How much is to be proven. */
  target?: AcrLevel
  /** The second factor that the user has chosen. */
  secondFactor?: MfaFactor
  /** The authenticator app that was set up in this sign-in, by a mark of its sealed secret. */
  tokenVerified?: string
  /** The device that the user is said to be at, and its half of SRP. */
  deviceKey?: string
  deviceSrp?: { key: string; A: string }
  /** The device that has proven itself. */
  deviceProven?: string
  /** The pool's functions have said that a sign-in of theirs has proven enough. */
  customDone?: boolean
}

export type PasswordOfUser = StoredPassword & { setAt: Date }

/** A sign-in under way, with its user as the database has it now. */
export interface SignIn {
  id: string
  pool: Pool
  client: Client
  /** None for a name that no user has; such a sign-in takes the same steps and never ends well. */
  user?: User
  password?: PasswordOfUser
  /** At the password, where it was counted when the user was read. */
  guess?: CountedGuess
  /** The user's second factors. */
  mfa?: MfaOfUser
  /** Of the user, where the pool tracks devices and the client has named one. */
  device?: Device
  /** This call has named one that the user does not have. */
  deviceUnknown?: boolean
  /** The relying parties that the user has passkeys for. */
  passkeys?: string[]
  groups?: Group[]
  state: SignInState
  /** The results so far, for the pool's functions. Sealed between two calls: they may keep secrets in it. */
  history?: ChallengeResult[]
  clientMetadata?: Record<string, string>
  /** Shared by all stages of one call. */
  unsettled: Unsettled
}

/** What a right password has yet to end. */
export interface Unsettled {
  settles?: Settlement
}

/** A user, or a name that no user has, whose ways to sign in are looked for. */
export type SignInPerson = Pick<SignIn, 'pool' | 'user' | 'password' | 'mfa' | 'passkeys'> & {
  state: Pick<SignInState, 'username' | 'target' | 'proven'>
}

export type Responses = Record<string, string>

/**
 * One kind of challenge. `ask` makes what the client is shown, and what the server has to remember for the answer;
 * `verify` judges the answer and throws the refusal. Neither runs in a transaction.
 */
export interface Challenge {
  /** How many answers a session takes, wrong ones included. */
  answers: number
  /** Seconds until the session ends, where that is sooner than the client's AuthSessionValidity. */
  lifetime?: number
  /** Seconds until the session ends on the pages, where most have five minutes. */
  pageLifetime?: number
  /** The functions of custom authentication are told that it was answered. */
  isToldToTriggers?: true
  /** Whether a user may begin with it in the choice flow. A name that no user has is offered what its pool offers. */
  isOffered?(person: SignInPerson, ctx: Context): boolean
  /** The response that comes along with the step before, by clients that know what they will be asked. */
  answeredEarlyBy?: string
  /** Finds the sign-in where clients may leave out the session. */
  findSignIn?(ctx: Context, owner: { pool: Pool; client: Client }, responses: Responses): string | undefined
  ask(ctx: Context, signIn: SignIn): Promise<Question> | Question
  verify(ctx: Context, signIn: SignIn, responses: Responses, remembered: Remembered): Promise<Verdict> | Verdict
}

export interface Question {
  parameters: Record<string, string>
  availableChallenges?: string[]
  /** Sealed beside the session, for `verify` only. */
  remember?: Remembered
  /** For the state, as long as this is what is asked. */
  guess?: SignInState['guess']
  /** Written together with the session. */
  write?: (trx: Trx) => Promise<undefined>
}

export type Remembered = Record<string, string>

/** A right answer, or one that is for the pool's functions to weigh. */
export interface Verdict {
  proves?: Proven['factors'][number]['name']
  /** For the function that directs the sign-in, where an answer may be wrong and still be followed by another step. */
  result?: ChallengeResult
  /** What else the sign-in knows from now on. */
  state?: Partial<SignInState>
  /** The user as `write` will leave them, to plan the next step by. */
  user?: User
  /** Written together with the end of the session that was answered. Answers the user if it changed them. */
  write?: (trx: Trx) => Promise<User | undefined>
}

/** Where a sign-in stands: the next challenge, or who it is and how that was proven. Tokens are for whoever drove it. */
export type Step =
  | {
      kind: 'challenge'
      name: ChallengeName
      parameters: Record<string, string>
      session: string
      availableChallenges?: string[]
    }
  | {
      kind: 'done'
      user: User
      groups?: Group[]
      proven: Proven
      source: TokenSource
      deviceKey?: string
      eventId?: string
      /** To be ended in the statement that issues the tokens. */
      settles?: Settlement
    }

/** The `triggerSource` under which tokens that follow are made. */
export type TokenSource =
  | 'TokenGeneration_Authentication'
  | 'TokenGeneration_NewPasswordChallenge'
  | 'TokenGeneration_AuthenticateDevice'
