import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group'
import { useCognito } from '../api/queries.ts'
import { pages } from '../pages/index.ts'
import type { Page } from '../pages/page.ts'
import { texts } from '../texts/texts.ts'
import { base, follow, type Params, pathTo } from './router.tsx'

/** The pages above this one, by their paths; the pool stands by its name. */
export function Breadcrumbs({ page, params }: { page: Page; params: Params }) {
  const { poolId } = params
  const { data } = useCognito('DescribeUserPool', { UserPoolId: poolId ?? '' }, { enabled: poolId !== undefined })
  const above = pages.filter(({ path }) => page.path === path || page.path.startsWith(`${path}/`))
  const items = above
    .toSorted((a, b) => a.path.length - b.path.length)
    .map(({ path, title }) => ({
      href: base + pathTo(path, params),
      text: path === 'pools/:poolId' ? (data?.UserPool?.Name ?? poolId!) : title(params),
    }))
  return <BreadcrumbGroup items={items} onFollow={follow} ariaLabel={texts.shell.breadcrumbs} />
}
