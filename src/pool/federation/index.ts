import type { Handlers } from '../handler.ts'
import { adminDisableProviderForUser } from './operations/admin-disable-provider-for-user.ts'
import { adminLinkProviderForUser } from './operations/admin-link-provider-for-user.ts'

export const federationOperations = {
  AdminLinkProviderForUser: adminLinkProviderForUser,
  AdminDisableProviderForUser: adminDisableProviderForUser,
} satisfies Handlers
