import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

/** Where a sign-in that was tried comes back to; nobody goes there by themselves. */
export const tryPage: Page = {
  path: 'try',
  title: () => texts.tryIt.title,
  load: () => import('./try.tsx'),
}
