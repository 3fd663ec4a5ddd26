import type { Handlers } from '../handler.ts'
import { deleteIdentityProvider } from './operations/delete-identity-provider.ts'
import { describeIdentityProvider } from './operations/describe-identity-provider.ts'
import { getIdentityProviderByIdentifier } from './operations/get-identity-provider-by-identifier.ts'
import { getSigningCertificate } from './operations/get-signing-certificate.ts'
import { listIdentityProviders } from './operations/list-identity-providers.ts'
import { updateIdentityProvider } from './operations/update-identity-provider.ts'

export const identityProviderOperations = {
  DescribeIdentityProvider: describeIdentityProvider,
  UpdateIdentityProvider: updateIdentityProvider,
  DeleteIdentityProvider: deleteIdentityProvider,
  ListIdentityProviders: listIdentityProviders,
  GetIdentityProviderByIdentifier: getIdentityProviderByIdentifier,
  GetSigningCertificate: getSigningCertificate,
} satisfies Handlers
