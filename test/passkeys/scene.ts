import type { SetUserPoolMfaConfigRequest } from '@aws-sdk/client-cognito-identity-provider'
import { rightPassword, signInScene } from '../sign-in/scene.ts'
import type { TestServer } from '../support/server.ts'
import { Authenticator, type CreationOptions, type Lies, type RequestOptions } from './authenticator.ts'

export const origin = 'https://app.example.com'

/** A pool whose users sign in with passkeys of example.com. */
export async function passkeyScene(
  server: TestServer,
  { mfa, factors = ['PASSWORD', 'WEB_AUTHN'] }: { mfa?: Partial<SetUserPoolMfaConfigRequest>; factors?: string[] } = {},
) {
  const { cognito } = server
  const AllowedFirstAuthFactors = factors as ['PASSWORD']
  const scene = await signInScene(server, { pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors } } } })
  const { UserPoolId, ClientId } = scene
  const configure = (settings: Partial<SetUserPoolMfaConfigRequest> = {}) =>
    cognito.setUserPoolMfaConfig({
      UserPoolId,
      WebAuthnConfiguration: { RelyingPartyId: 'example.com' },
      ...settings,
    })
  await configure(mfa)

  const passkeys = {
    ...scene,
    configure,

    async accessToken(username: string, client = ClientId): Promise<string> {
      const { AuthenticationResult } = await scene.byPassword(username, rightPassword, client)
      return AuthenticationResult!.AccessToken!
    },

    async start(AccessToken: string): Promise<CreationOptions> {
      const { CredentialCreationOptions } = await cognito.startWebAuthnRegistration({ AccessToken })
      return CredentialCreationOptions as unknown as CreationOptions
    },

    complete: (AccessToken: string, Credential: object) =>
      cognito.completeWebAuthnRegistration({ AccessToken, Credential: Credential as Record<string, string> }),

    async register(AccessToken: string, authenticator = new Authenticator(origin), lies: Lies = {}) {
      await passkeys.complete(AccessToken, authenticator.create(await passkeys.start(AccessToken), lies))
      return authenticator
    },

    /** A user who has a passkey. */
    async addOwner(username: string, authenticator = new Authenticator(origin)) {
      await scene.addUser(username)
      const AccessToken = await passkeys.accessToken(username)
      await passkeys.register(AccessToken, authenticator)
      return { AccessToken, authenticator }
    },

    begin: (USERNAME: string, PREFERRED_CHALLENGE?: string, client = ClientId) =>
      cognito.initiateAuth({
        ClientId: client,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME, ...(PREFERRED_CHALLENGE && { PREFERRED_CHALLENGE }) },
      }),

    async challenge(username: string, client = ClientId): Promise<{ options: RequestOptions; Session: string }> {
      const asked = await passkeys.begin(username, 'WEB_AUTHN', client)
      if (asked.ChallengeName !== 'WEB_AUTHN') throw new Error(`Asked for ${asked.ChallengeName}`)
      return { options: optionsOf(asked.ChallengeParameters), Session: asked.Session! }
    },

    answer: (username: string, Session: string, credential: object, client = ClientId) =>
      cognito.respondToAuthChallenge({
        ClientId: client,
        ChallengeName: 'WEB_AUTHN',
        Session,
        ChallengeResponses: { USERNAME: username, CREDENTIAL: JSON.stringify(credential) },
      }),
  }
  return passkeys
}

export const optionsOf = (parameters?: Record<string, string>): RequestOptions =>
  JSON.parse(parameters!.CREDENTIAL_REQUEST_OPTIONS!)
