import type { Page } from '../page.ts'

export const userPage: Page = {
  path: 'pools/:poolId/users/:username',
  title: ({ username }) => username!,
  load: () => import('./user.tsx'),
  needs: ['cognito-idp:AdminGetUser'],
}
