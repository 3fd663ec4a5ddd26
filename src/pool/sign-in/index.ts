import type { Handlers } from '../handler.ts'
import { adminGetUserAuthFactors } from './operations/admin-get-user-auth-factors.ts'
import { adminInitiateAuth } from './operations/admin-initiate-auth.ts'
import { adminRespondToAuthChallenge } from './operations/admin-respond-to-auth-challenge.ts'
import { associateSoftwareToken } from './operations/associate-software-token.ts'
import { getUserAuthFactors } from './operations/get-user-auth-factors.ts'
import { initiateAuth } from './operations/initiate-auth.ts'
import { respondToAuthChallenge } from './operations/respond-to-auth-challenge.ts'
import { verifySoftwareToken } from './operations/verify-software-token.ts'

export const signInOperations = {
  InitiateAuth: initiateAuth,
  AdminInitiateAuth: adminInitiateAuth,
  RespondToAuthChallenge: respondToAuthChallenge,
  AdminRespondToAuthChallenge: adminRespondToAuthChallenge,
  AssociateSoftwareToken: associateSoftwareToken,
  VerifySoftwareToken: verifySoftwareToken,
  GetUserAuthFactors: getUserAuthFactors,
  AdminGetUserAuthFactors: adminGetUserAuthFactors,
} satisfies Handlers
