import { accessKeysPage } from './access-keys/page.ts'
import { apisPage } from './apis/page.ts'
import { auditPage, installationAuditPage } from './audit/page.ts'
import { brandingPage } from './branding/page.ts'
import { clientPage } from './client/page.ts'
import { clientsPage } from './clients/page.ts'
import { devInboxPage } from './dev-inbox/page.ts'
import { devToolsPage } from './dev-tools/page.ts'
import { domainPage } from './domain/page.ts'
import { groupPage } from './group/page.ts'
import { groupsPage } from './groups/page.ts'
import { messagesPage } from './messages/page.ts'
import { operatorsPage } from './operators/page.ts'
import { outboxPage } from './outbox/page.ts'
import { overviewPage } from './overview/page.ts'
import type { Page } from './page.ts'
import { poolSettingsPage } from './pool-settings/page.ts'
import { createPoolPage } from './pools/create-page.ts'
import { poolsPage } from './pools/page.ts'
import { providerPage } from './provider/page.ts'
import { addProviderPage } from './providers/add-page.ts'
import { providersPage } from './providers/page.ts'
import { rolePage } from './role/page.ts'
import { rolesPage } from './roles/page.ts'
import { signInPage } from './sign-in/page.ts'
import { signingKeysPage } from './signing-keys/page.ts'
import { standardsPage } from './standards/page.ts'
import { threatsPage } from './threats/page.ts'
import { transferPage } from './transfer/page.ts'
import { triggersPage } from './triggers/page.ts'
import { tryPage } from './try/page.ts'
import { userPage } from './user/page.ts'
import { usersPage } from './users/page.ts'

/** Every page, in the order of the navigation within its group. */
export const pages: readonly Page[] = [
  poolsPage,
  createPoolPage,
  overviewPage,
  poolSettingsPage,
  usersPage,
  userPage,
  groupsPage,
  groupPage,
  transferPage,
  clientsPage,
  clientPage,
  tryPage,
  apisPage,
  standardsPage,
  domainPage,
  signInPage,
  threatsPage,
  triggersPage,
  providersPage,
  addProviderPage,
  providerPage,
  brandingPage,
  outboxPage,
  messagesPage,
  auditPage,
  signingKeysPage,
  operatorsPage,
  rolesPage,
  rolePage,
  accessKeysPage,
  installationAuditPage,
  devInboxPage,
  devToolsPage,
]
