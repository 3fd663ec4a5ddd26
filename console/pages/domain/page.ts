import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const domainPage: Page = {
  path: 'pools/:poolId/domain',
  title: () => texts.domain.title,
  load: () => import('./domain.tsx'),
  nav: { group: 'apps' },
  needs: ['cognito-idp:DescribeUserPool', 'cognito-idp:DescribeUserPoolDomain'],
}
