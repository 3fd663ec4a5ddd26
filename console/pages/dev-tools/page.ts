import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const devToolsPage: Page = {
  path: 'development/tools',
  title: () => texts.devTools.title,
  load: () => import('./dev-tools.tsx'),
  nav: { group: 'development' },
  mode: 'dev',
}
