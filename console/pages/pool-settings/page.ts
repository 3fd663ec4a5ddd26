import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const poolSettingsPage: Page = {
  path: 'pools/:poolId/settings',
  title: () => texts.poolSettings.title,
  load: () => import('./pool-settings.tsx'),
  nav: { group: 'pool' },
  needs: ['cognito-idp:DescribeUserPool', 'cognito-idp:GetUserPoolMfaConfig'],
}
