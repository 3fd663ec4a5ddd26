import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const auditPage: Page = {
  path: 'pools/:poolId/audit',
  title: () => texts.audit.title,
  load: () => import('./audit.tsx'),
  nav: { group: 'watch' },
  needs: ['poolhouse:LookupEvents'],
}

export const installationAuditPage: Page = {
  path: 'audit',
  title: () => texts.audit.installation,
  load: () => import('./audit.tsx'),
  nav: { group: 'installation' },
  needs: ['poolhouse:LookupEvents'],
}
