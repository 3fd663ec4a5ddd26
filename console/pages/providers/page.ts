import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const providersPage: Page = {
  path: 'pools/:poolId/providers',
  title: () => texts.providers.title,
  load: () => import('./providers.tsx'),
  nav: { group: 'sign-in' },
  needs: ['cognito-idp:ListIdentityProviders'],
}
