import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const usersPage: Page = {
  path: 'pools/:poolId/users',
  title: () => texts.users.title,
  load: () => import('./users.tsx'),
  nav: { group: 'people' },
  needs: ['cognito-idp:ListUsers'],
}
