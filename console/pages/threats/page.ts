import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const threatsPage: Page = {
  path: 'pools/:poolId/threats',
  title: () => texts.threats.title,
  load: () => import('./threats.tsx'),
  nav: { group: 'sign-in' },
  needs: ['cognito-idp:DescribeRiskConfiguration'],
}
