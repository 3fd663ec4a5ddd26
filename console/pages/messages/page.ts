import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const messagesPage: Page = {
  path: 'pools/:poolId/messages',
  title: () => texts.messages.title,
  load: () => import('./messages.tsx'),
  nav: { group: 'look' },
  needs: ['cognito-idp:DescribeUserPool', 'cognito-idp:GetUserPoolMfaConfig'],
}
