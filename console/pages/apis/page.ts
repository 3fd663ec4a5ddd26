import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const apisPage: Page = {
  path: 'pools/:poolId/apis',
  title: () => texts.apis.title,
  load: () => import('./apis.tsx'),
  nav: { group: 'apps' },
  needs: ['cognito-idp:ListResourceServers'],
}
