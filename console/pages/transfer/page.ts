import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const transferPage: Page = {
  path: 'pools/:poolId/transfer',
  title: () => texts.transfer.title,
  load: () => import('./transfer.tsx'),
  nav: { group: 'people' },
  needsOneOf: ['cognito-idp:ListUserImportJobs', 'cognito-idp:CreateUserImportJob'],
}
