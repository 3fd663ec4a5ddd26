import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

/** Not below the list: a provider may have any name there. */
export const addProviderPage: Page = {
  path: 'pools/:poolId/add-provider',
  title: () => texts.providers.add,
  load: () => import('./add-provider.tsx'),
  needs: ['cognito-idp:CreateIdentityProvider'],
}
