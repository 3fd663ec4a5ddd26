import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const poolsPage: Page = {
  path: 'pools',
  title: () => texts.pools.title,
  load: () => import('./pools.tsx'),
  nav: { group: 'installation' },
}
