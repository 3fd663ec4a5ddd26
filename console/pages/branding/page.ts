import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const brandingPage: Page = {
  path: 'pools/:poolId/branding',
  title: () => texts.branding.title,
  load: () => import('./branding.tsx'),
  nav: { group: 'look' },
  needs: ['cognito-idp:ListUserPoolClients', 'cognito-idp:DescribeManagedLoginBrandingByClient'],
}
