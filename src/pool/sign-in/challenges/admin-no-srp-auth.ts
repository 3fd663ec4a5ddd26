import type { Challenge } from '../sign-in.ts'
import { password } from './password.ts'

/** The plain password again, where a pool's function asks a server for it in the course of its own sign-in. */
export const adminNoSrpAuth: Challenge = {
  ...password,
  answeredEarlyBy: undefined,
  isOffered: undefined,
  isToldToTriggers: true,
}
