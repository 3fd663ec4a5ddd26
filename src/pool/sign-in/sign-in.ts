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

/** The state of a sign-in between two calls: what was requested, and what has been proven. */
export interface SignInState {
  flow: FlowName
  driver: Driver
  /** As it was typed: a username, an alias or a sub. */
  username: string
  /** The challenge that is to prove the first factor. */
  first?: ChallengeName
  /** The client's half of an SRP exchange that is under way. */
  srpA?: string
  /**
   * Where the answer is a guess at a password that can be counted early: the subject of the count, and the answers that
   * count.
   */
  guess?: { subject: string; expectations: string[] }
  proven?: Proven
  /** `lastSignOut` of the user when the first factor was proven: another sign-out ends this sign-in. Absent for 0. */
  lastSignOut?: number
  /** When the proven password was set: a sign-in ends with the password that it began with. */
  passwordSetAt?: number
  newPassword?: boolean
  /** In pools with threat protection. */
  watched?: Watched
  /** Another first factor is required, although something has been proven. */
  firstAgain?: boolean
  /** The level to reach. */
  target?: AcrLevel
  /** The second factor that the user has chosen. */
  secondFactor?: MfaFactor
  /** The authenticator app that was set up in this sign-in, by a mark of its sealed secret. */
  tokenVerified?: string
  /** The device that the client names, and its half of SRP. */
  deviceKey?: string
  deviceSrp?: { key: string; A: string }
  /** The device that has proven itself. */
  deviceProven?: string
  /** The pool's triggers have said that a sign-in of theirs has proven enough. */
  customDone?: boolean
}

export type PasswordOfUser = StoredPassword & { setAt: Date }

/** A sign-in under way, with its user as the database has it now. */
export interface SignIn {
  id: string
  pool: Pool
  client: Client
  /** Absent for an unknown name; such a sign-in takes the same steps and never succeeds. */
  user?: User
  password?: PasswordOfUser
  /** The guess at the password, where it was counted when the user was read. */
  guess?: CountedGuess
  /** The user's second factors. */
  mfa?: MfaOfUser
  /** Of the user, where the pool tracks devices and the client has named one. */
  device?: Device
  /** This call has named a device that the user does not have. */
  deviceUnknown?: boolean
  /** The relying parties that the user has passkeys for. */
  passkeys?: string[]
  groups?: Group[]
  state: SignInState
  /** The results so far, for the pool's triggers. Sealed between two calls, since triggers may put secrets in it. */
  history?: ChallengeResult[]
  clientMetadata?: Record<string, string>
  /** Shared by all stages of one call. */
  unsettled: Unsettled
}

/** What a right password still has to settle. */
export interface Unsettled {
  settles?: Settlement
}

/** A user, or an unknown name, whose factors are looked up. */
export type SignInPerson = Pick<SignIn, 'pool' | 'user' | 'password' | 'mfa' | 'passkeys'> & {
  state: Pick<SignInState, 'username' | 'target' | 'proven'>
}

export type Responses = Record<string, string>

/**
 * One kind of challenge. `ask` makes what the client is shown and what the server remembers for the answer; `verify`
 * judges the answer and throws the refusal. Neither runs in a transaction.
 */
export interface Challenge {
  /** How many answers a session accepts, wrong ones included. */
  answers: number
  /** Seconds until the session ends, where that is sooner than the client's AuthSessionValidity. */
  lifetime?: number
  /** Seconds until the session ends on the pages, where most have five minutes. */
  pageLifetime?: number
  /** Triggers of custom authentication see that it was answered. */
  isShownToTriggers?: true
  /** Whether a user may choose it as the first factor. An unknown name is offered what its pool offers. */
  isOffered?(person: SignInPerson, ctx: Context): boolean
  /** The response that clients may send with the step before, if they know what they will be asked. */
  answeredEarlyBy?: string
  /** Its parameters end with a SECRET_BLOCK, and with that in the answer clients may leave out the session. */
  isFoundByBlock?: true
  ask(ctx: Context, signIn: SignIn): Promise<Question> | Question
  verify(ctx: Context, signIn: SignIn, responses: Responses, remembered: Remembered): Promise<Verdict> | Verdict
}

export interface Question {
  parameters: Record<string, string>
  availableChallenges?: string[]
  /** Sealed beside the session, for `verify` only. */
  remember?: Remembered
  /** Changes to the state while this challenge is asked. */
  state?: Partial<SignInState>
  /** Written together with the session. */
  write?: (trx: Trx) => Promise<undefined>
}

export type Remembered = Record<string, string>

/** A right answer, or one that the pool's triggers will judge. */
export interface Verdict {
  proves?: Proven['factors'][number]['name']
  /** For the trigger that directs the sign-in, which may go on after a wrong answer. */
  result?: ChallengeResult
  /** Further changes to the state. */
  state?: Partial<SignInState>
  /** The user as `write` will leave them, to plan the next step by. */
  user?: User
  /** Written together with the end of the session that was answered. Returns the user where it changed them. */
  write?: (trx: Trx) => Promise<User | undefined>
}

/**
 * The outcome of a step: the next challenge, or who has signed in and how that was proven. Issuing tokens is up to the
 * driver.
 */
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
      /** To be settled by the statement that issues the tokens. */
      settles?: Settlement
    }

/** The `triggerSource` for the tokens that follow. */
export type TokenSource =
  | 'TokenGeneration_Authentication'
  | 'TokenGeneration_NewPasswordChallenge'
  | 'TokenGeneration_AuthenticateDevice'
