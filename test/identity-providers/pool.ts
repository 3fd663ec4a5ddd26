import { generateKeyPairSync } from 'node:crypto'
import { selfSignedCertificate } from '../../src/lib/self-signed-certificate.ts'
import type { TestServer } from '../support/server.ts'

export async function createPool(
  { cognito }: TestServer,
  settings: Partial<Parameters<TestServer['cognito']['createUserPool']>[0]> = {},
): Promise<string> {
  const { UserPool } = await cognito.createUserPool({ PoolName: 'federated', ...settings })
  return UserPool!.Id!
}

export const google = {
  ProviderName: 'Google',
  ProviderType: 'Google',
  ProviderDetails: { client_id: 'an-app', client_secret: 'a-secret', authorize_scopes: 'email profile openid' },
} as const

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

export const certificateOf = (from: Date, to: Date): string =>
  selfSignedCertificate(privateKey, { commonName: 'idp', from, to }).toString('base64')

export function samlMetadata(
  changes: { certificate?: string; signOn?: string; logout?: string; head?: string } = {},
): string {
  const certificate = changes.certificate ?? certificateOf(new Date(Date.now() - 1000), new Date(Date.now() + 1e10))
  const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
  return `${changes.head ?? ''}<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com">
    <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
      <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
        <ds:X509Certificate>${certificate}</ds:X509Certificate>
      </ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
      ${changes.logout ? `<md:SingleLogoutService Binding="${redirect}" Location="${changes.logout}"/>` : ''}
      <md:SingleSignOnService Binding="${redirect}" Location="${changes.signOn ?? 'https://idp.example.com/sso'}"/>
    </md:IDPSSODescriptor>
  </md:EntityDescriptor>`
}
