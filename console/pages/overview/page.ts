import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const overviewPage: Page = {
  path: 'pools/:poolId',
  title: () => texts.overview.title,
  load: () => import('./overview.tsx'),
  nav: { group: 'pool' },
  needs: ['cognito-idp:DescribeUserPool'],
}
