import type { Handlers } from '../handler.ts'
import { adminInitiateAuth } from './operations/admin-initiate-auth.ts'
import { adminRespondToAuthChallenge } from './operations/admin-respond-to-auth-challenge.ts'
import { initiateAuth } from './operations/initiate-auth.ts'
import { respondToAuthChallenge } from './operations/respond-to-auth-challenge.ts'

export const signInOperations = {
  InitiateAuth: initiateAuth,
  AdminInitiateAuth: adminInitiateAuth,
  RespondToAuthChallenge: respondToAuthChallenge,
  AdminRespondToAuthChallenge: adminRespondToAuthChallenge,
} satisfies Handlers
