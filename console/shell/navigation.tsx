import { useAllowed } from '../api/permissions.ts'
import { usePoolName } from '../api/readable-pool.ts'
import { pages } from '../pages/index.ts'
import type { NavGroup, Page } from '../pages/page.ts'
import { settings } from '../settings.ts'
import { texts } from '../texts/texts.ts'
import { Link, pathTo } from './router.tsx'
import { devEntries } from './top-bar.tsx'

const poolGroups: NavGroup[] = ['pool', 'people', 'apps', 'sign-in', 'look', 'watch']
const otherGroups: NavGroup[] = ['installation', 'development']

const isOfPool = ({ path }: Page) => path.startsWith('pools/:poolId')
const offered = pages.filter(({ nav, mode }) => nav && (mode === undefined || mode === settings.mode))

export function Navigation({ location, poolId }: { location: string; poolId: string | undefined }) {
  return (
    <nav className="side" aria-label={texts.shell.navigation}>
      {poolId !== undefined ? (
        <>
          <PoolName poolId={poolId} />
          <Groups groups={poolGroups} pages={offered.filter(isOfPool)} location={location} poolId={poolId} />
          <hr />
        </>
      ) : null}
      <Groups
        groups={otherGroups}
        pages={offered.filter((page) => !isOfPool(page))}
        location={location}
        poolId={poolId}
      />
      {settings.mode === 'dev' ? (
        <div className="side-tools">
          <h2 id="nav-server">{texts.shell.serverPages}</h2>
          <ul aria-labelledby="nav-server">
            {devEntries.map((entry) => (
              <li key={entry.key}>{entry}</li>
            ))}
          </ul>
        </div>
      ) : null}
    </nav>
  )
}

function PoolName({ poolId }: { poolId: string }) {
  const name = usePoolName(poolId)
  return (
    <p className="pool-name">
      <strong>{name}</strong>
      <Link to="pools">{texts.shell.switchPool}</Link>
    </p>
  )
}

interface GroupsProps {
  groups: NavGroup[]
  pages: Page[]
  location: string
  poolId?: string
}

function Groups({ groups, pages: all, location, poolId }: GroupsProps) {
  const may = useAllowed(
    all.flatMap(({ needs = [], needsOneOf = [] }) => [...needs, ...needsOneOf]),
    all.some(isOfPool) ? poolId : undefined,
  )
  const shown = all.filter(
    ({ needs = [], needsOneOf }) => needs.every(may) && (needsOneOf === undefined || needsOneOf.some(may)),
  )
  return groups.map((group) => {
    const links = shown.filter(({ nav }) => nav!.group === group)
    if (links.length === 0) return null
    return (
      <section key={group} aria-labelledby={`nav-${group}`}>
        <h2 id={`nav-${group}`}>{texts.shell.groups[group]}</h2>
        <ul>
          {links.map((page) => (
            <li key={page.path}>
              <NavLink page={page} location={location} poolId={poolId} />
            </li>
          ))}
        </ul>
      </section>
    )
  })
}

function NavLink({ page, location, poolId = '' }: { page: Page; location: string; poolId?: string }) {
  const to = pathTo(page.path, { poolId })
  // A page below this one, unless that has an entry of its own.
  const nearest = offered
    .map(({ path }) => pathTo(path, { poolId }))
    .filter((path) => location === path || location.startsWith(`${path}/`))
    .sort((a, b) => b.length - a.length)[0]
  return (
    <Link to={to} current={nearest === to}>
      {page.title({ poolId })}
    </Link>
  )
}
