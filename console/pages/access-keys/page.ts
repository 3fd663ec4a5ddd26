import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const accessKeysPage: Page = {
  path: 'access-keys',
  title: () => texts.roles.keys.title,
  load: () => import('./access-keys.tsx'),
  nav: { group: 'installation' },
  needs: ['poolhouse:ListAccessKeys'],
}
