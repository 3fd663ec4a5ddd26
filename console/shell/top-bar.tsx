import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import { devLinks } from '../../src/lib/dev-bar.ts'
import { isRoot, type SignedIn, signOut } from '../session/session.ts'
import { settings } from '../settings.ts'
import { texts } from '../texts/texts.ts'
import { Link } from './router.tsx'
import { setTheme, type Theme, useTheme } from './theme.ts'

interface Props {
  session: SignedIn
  navigationOpen: boolean
  onOpenNavigation(): void
  onOpenCalls(): void
}

export function TopBar({ session, navigationOpen, onOpenNavigation, onOpenCalls }: Props) {
  return (
    <header className="top">
      <button
        type="button"
        className="menu"
        aria-expanded={navigationOpen}
        aria-label={navigationOpen ? texts.shell.closeNavigation : texts.shell.openNavigation}
        onClick={onOpenNavigation}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M2 4h12M2 8h12M2 12h12" />
        </svg>
      </button>
      <Link to="pools" className="brand">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="m7.5 13.5 8.5-6 8.5 6M7.5 19c1.4-1.4 2.8-1.4 4.25 0s2.85 1.4 4.25 0 2.85-1.4 4.25 0 2.85 1.4 4.25 0M7.5 24c1.4-1.4 2.8-1.4 4.25 0s2.85 1.4 4.25 0 2.85-1.4 4.25 0 2.85 1.4 4.25 0" />
        </svg>
        <span className="brand-text">{texts.shell.product}</span>
      </Link>
      {settings.mode === 'dev' ? <DevBar /> : null}
      <div className="end">
        <button type="button" className="calls-button" onClick={onOpenCalls}>
          <span aria-hidden="true">&gt;_</span> <span className="calls-text">{texts.shell.calls}</span>
        </button>
        <AccountMenu session={session} />
      </div>
    </header>
  )
}

/** The links of the bar that the server's other pages have. Its inbox and console are pages here. */
const DevBar = () => (
  <nav className="tools" aria-label={texts.shell.serverPages}>
    {devEntries}
  </nav>
)

export const devEntries = [
  <a key="home" href={devLinks.home.url}>
    {texts.shell.home}
  </a>,
  <a key="demo" href={devLinks.demo.url}>
    {texts.shell.demo}
  </a>,
  <Link key="inbox" to="development/inbox">
    {texts.shell.inbox}
  </Link>,
  <a key="branding" href={devLinks.branding.url}>
    {texts.shell.branding}
  </a>,
  <a key="docs" href={devLinks.docs.url}>
    {texts.shell.docs}
  </a>,
]

function AccountMenu({ session }: { session: SignedIn }) {
  const theme = useTheme()
  const { name, arn, kind } = session
  const role = /assumed-role\/([^/]+)/.exec(arn)?.[1]
  const who = isRoot({ state: 'signed-in', ...session }) ? texts.shell.root : role && texts.shell.role(role)
  return (
    <ButtonDropdown
      variant="normal"
      ariaLabel={`${texts.shell.account}: ${name}`}
      mainAction={undefined}
      items={[
        { id: 'who', text: texts.shell.signedInAs(name), secondaryText: who, disabled: true },
        {
          text: texts.shell.theme,
          items: (Object.keys(texts.shell.themes) as Theme[]).map((id) => ({
            id,
            itemType: 'checkbox' as const,
            checked: id === theme,
            text: texts.shell.themes[id],
          })),
        },
        ...(kind === 'development' ? [] : [{ id: 'sign-out', text: texts.shell.signOut }]),
      ]}
      onItemClick={({ detail }) => (detail.id === 'sign-out' ? signOut() : setTheme(detail.id as Theme))}
    >
      {name}
    </ButtonDropdown>
  )
}
