import type { Page } from '../page.ts'

export const rolePage: Page = {
  path: 'roles/:roleName',
  title: ({ roleName }) => roleName!,
  load: () => import('./role.tsx'),
  needs: ['poolhouse:DescribeRole'],
}
