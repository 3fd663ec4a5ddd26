import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const clientsPage: Page = {
  path: 'pools/:poolId/clients',
  title: () => texts.clients.title,
  load: () => import('./clients.tsx'),
  nav: { group: 'apps' },
  needs: ['cognito-idp:ListUserPoolClients'],
}
