import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const outboxPage: Page = {
  path: 'pools/:poolId/outbox',
  title: () => texts.outbox.title,
  load: () => import('./outbox.tsx'),
  nav: { group: 'watch' },
  needs: ['poolhouse:ListMessages'],
}
