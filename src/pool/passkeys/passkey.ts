import type { WebAuthnCredentialDescription } from '@aws-sdk/client-cognito-identity-provider'

export interface Passkey {
  credentialId: Buffer
  rpId: string
  /** The id by which authenticators know the user. */
  handle?: Buffer
  /** COSE. */
  publicKey: Buffer
  /** The authenticator's own count of uses; for passkeys on several devices it stays 0. */
  counter: number
  backupEligible: boolean
  backedUp: boolean
  aaguid: string
  attachment?: string
  transports: string[]
  name: string
  createdAt: Date
}

export function passkeyView(passkey: Passkey): WebAuthnCredentialDescription {
  return {
    CredentialId: passkey.credentialId.toString('base64url'),
    FriendlyCredentialName: passkey.name,
    RelyingPartyId: passkey.rpId,
    AuthenticatorAttachment: passkey.attachment,
    AuthenticatorTransports: passkey.transports,
    CreatedAt: passkey.createdAt,
  }
}

/** As in `allowCredentials` and `excludeCredentials`. */
export function passkeyDescriptor({ credentialId, transports }: Pick<Passkey, 'credentialId' | 'transports'>) {
  return { type: 'public-key', id: credentialId.toString('base64url'), ...(transports.length > 0 && { transports }) }
}

/** The product name of a passkey's authenticator, where its model is a common one. */
export const friendlyName = (aaguid: string): string => knownNames[aaguid] ?? 'Passkey'

const knownNames: Record<string, string> = {
  'fbfc3007-154e-4ecc-8c0b-6e020557d7bd': 'iCloud Keychain',
  'dd4ec289-e01d-41c9-bb89-70fa845d4bf2': 'iCloud Keychain (Managed)',
  'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4': 'Google Password Manager',
  'adce0002-35bc-c60a-648b-0b25f1f05503': 'Chrome on Mac',
  '08987058-cadc-4b81-b6e1-30de50dcbe96': 'Windows Hello',
  '9ddd1817-af5a-4672-a2b9-3e3dd95000a9': 'Windows Hello',
  '6028b017-b1d4-4c02-b4b3-afcdafc96bb2': 'Windows Hello',
  'bada5566-a7aa-401f-bd96-45619a55120d': '1Password',
  'd548826e-79b4-db40-a3d8-11116f7e8349': 'Bitwarden',
  '531126d6-e717-415c-9320-3d9aa6981239': 'Dashlane',
  '53414d53-554e-4700-0000-000000000000': 'Samsung Pass',
}
