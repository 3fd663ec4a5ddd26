import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group'
import { usePoolName } from '../api/readable-pool.ts'
import { pages } from '../pages/index.ts'
import type { Page } from '../pages/page.ts'
import { texts } from '../texts/texts.ts'
import { base, follow, type Params, pathTo } from './router.tsx'

/** The pages above this one, by their paths; the pool and what the page is about stand by their names. */
export function Breadcrumbs({ page, params, title: shown }: { page: Page; params: Params; title: string }) {
  const { poolId } = params
  const poolName = usePoolName(poolId)
  const above = pages.filter(({ path }) => page.path === path || page.path.startsWith(`${path}/`))
  const items = above
    .toSorted((a, b) => a.path.length - b.path.length)
    .map(({ path, title }) => ({
      href: base + pathTo(path, params),
      text: path === 'pools/:poolId' ? poolName! : path === page.path ? shown : title(params),
    }))
  return <BreadcrumbGroup items={items} onFollow={follow} ariaLabel={texts.shell.breadcrumbs} />
}
