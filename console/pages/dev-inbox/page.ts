import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const devInboxPage: Page = {
  path: 'development/inbox',
  title: () => texts.devTools.inbox.title,
  load: () => import('./dev-inbox.tsx'),
  nav: { group: 'development' },
  mode: 'dev',
}
