import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const groupsPage: Page = {
  path: 'pools/:poolId/groups',
  title: () => texts.groups.title,
  load: () => import('./groups.tsx'),
  nav: { group: 'people' },
  needs: ['cognito-idp:ListGroups'],
}
