import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const standardsPage: Page = {
  path: 'pools/:poolId/standards',
  title: () => texts.standards.title,
  load: () => import('./standards.tsx'),
  nav: { group: 'apps' },
  needs: ['poolhouse:GetUserPoolExtensions'],
}
