import type { Handlers } from '../handler.ts'
import { completeWebAuthnRegistration } from './operations/complete-web-authn-registration.ts'
import { deleteWebAuthnCredential } from './operations/delete-web-authn-credential.ts'
import { listWebAuthnCredentials } from './operations/list-web-authn-credentials.ts'
import { startWebAuthnRegistration } from './operations/start-web-authn-registration.ts'

export const passkeyOperations = {
  StartWebAuthnRegistration: startWebAuthnRegistration,
  CompleteWebAuthnRegistration: completeWebAuthnRegistration,
  ListWebAuthnCredentials: listWebAuthnCredentials,
  DeleteWebAuthnCredential: deleteWebAuthnCredential,
} satisfies Handlers
