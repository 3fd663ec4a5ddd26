// An application's page: what it does with passkeys, by Amplify's own functions.
import { Amplify } from 'aws-amplify'
import {
  associateWebAuthnCredential,
  deleteWebAuthnCredential,
  fetchAuthSession,
  listWebAuthnCredentials,
  signIn,
  signOut,
} from 'aws-amplify/auth'

window.app = {
  configure: (Cognito) => Amplify.configure({ Auth: { Cognito } }),
  signIn,
  signOut,
  associateWebAuthnCredential,
  listWebAuthnCredentials,
  deleteWebAuthnCredential,
  async username() {
    const { tokens } = await fetchAuthSession()
    return tokens?.accessToken.payload.username
  },
}
