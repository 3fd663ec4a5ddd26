import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const createPoolPage: Page = {
  path: 'pools/create',
  title: () => texts.pools.create.title,
  load: () => import('./create-pool.tsx'),
  needs: ['cognito-idp:CreateUserPool'],
}
