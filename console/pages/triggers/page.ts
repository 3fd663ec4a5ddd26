import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const triggersPage: Page = {
  path: 'pools/:poolId/triggers',
  title: () => texts.triggers.title,
  load: () => import('./triggers.tsx'),
  nav: { group: 'sign-in' },
  needs: ['cognito-idp:DescribeUserPool'],
  needsOneOf: ['cognito-idp:UpdateUserPool', 'poolhouse:GetPoolMetrics', 'poolhouse:TestTrigger'],
}
