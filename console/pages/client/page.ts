import type { Page } from '../page.ts'

export const clientPage: Page = {
  path: 'pools/:poolId/clients/:clientId',
  title: ({ clientId }) => clientId!,
  load: () => import('./client.tsx'),
  needs: ['cognito-idp:DescribeUserPoolClient'],
}
