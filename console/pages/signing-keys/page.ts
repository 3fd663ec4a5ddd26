import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const signingKeysPage: Page = {
  path: 'pools/:poolId/signing-keys',
  title: () => texts.signingKeys.title,
  load: () => import('./signing-keys.tsx'),
  nav: { group: 'watch' },
  needs: ['poolhouse:ListSigningKeys'],
}
