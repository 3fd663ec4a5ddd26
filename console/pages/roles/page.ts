import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const rolesPage: Page = {
  path: 'roles',
  title: () => texts.roles.title,
  load: () => import('./roles.tsx'),
  nav: { group: 'installation' },
  needs: ['poolhouse:ListRoles'],
}
