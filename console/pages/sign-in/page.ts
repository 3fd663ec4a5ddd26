import { texts } from '../../texts/texts.ts'
import type { Page } from '../page.ts'

export const signInPage: Page = {
  path: 'pools/:poolId/sign-in',
  title: () => texts.signIn.title,
  load: () => import('./sign-in.tsx'),
  nav: { group: 'sign-in' },
  needs: ['cognito-idp:DescribeUserPool', 'cognito-idp:GetUserPoolMfaConfig'],
}
