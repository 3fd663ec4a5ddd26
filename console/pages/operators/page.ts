import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const operatorsPage: Page = {
  path: 'operators',
  title: () => texts.operators.title,
  load: () => import('./operators.tsx'),
  nav: { group: 'installation' },
  needs: ['poolhouse:GetOperatorsPool'],
}
