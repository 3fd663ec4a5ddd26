import { useMay } from '../../api/permissions.ts'
import { Link, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Part } from '../../ui/part.tsx'
import { brandingPage } from '../branding/page.ts'
import { clientsPage } from '../clients/page.ts'
import type { Page } from '../page.ts'
import { signInPage } from '../sign-in/page.ts'
import { usersPage } from '../users/page.ts'

const t = texts.overview.next

const steps: [page: Page, text: string][] = [
  [clientsPage, t.clients],
  [brandingPage, t.branding],
  [signInPage, t.signIn],
  [usersPage, t.users],
]

/** Where to go from here in a pool that nobody has used yet. */
export function NextSteps({ poolId }: { poolId: string }) {
  const may = useMay(...steps.flatMap(([{ needs = [] }]) => needs))
  const offered = steps.filter(([{ needs = [] }]) => needs.every(may))
  if (offered.length === 0) return null
  return (
    <Part title={t.title}>
      <ul className="next-steps">
        {offered.map(([page, text]) => (
          <li key={page.path}>
            <Link to={pathTo(page.path, { poolId })}>{page.title({ poolId })}</Link>
            <div className="quiet">{text}</div>
          </li>
        ))}
      </ul>
    </Part>
  )
}
