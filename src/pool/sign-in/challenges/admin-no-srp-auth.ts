import type { Challenge } from '../sign-in.ts'
import { password } from './password.ts'

/** The plain password again, where the pool's trigger asks a server for it during its own sign-in. */
export const adminNoSrpAuth: Challenge = {
  ...password,
  answeredEarlyBy: undefined,
  isOffered: undefined,
  isShownToTriggers: true,
}
