import type { Page } from '../page.ts'

export const providerPage: Page = {
  path: 'pools/:poolId/providers/:providerName',
  title: ({ providerName }) => providerName!,
  load: () => import('./provider.tsx'),
  needs: ['cognito-idp:DescribeIdentityProvider'],
}
