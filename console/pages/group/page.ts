import type { Page } from '../page.ts'

export const groupPage: Page = {
  path: 'pools/:poolId/groups/:groupName',
  title: ({ groupName }) => groupName!,
  load: () => import('./group.tsx'),
  needs: ['cognito-idp:GetGroup'],
}
