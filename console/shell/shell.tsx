import Spinner from '@cloudscape-design/components/spinner'
import { lazy, Suspense, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { PoolContext } from '../api/permissions.ts'
import { pages } from '../pages/index.ts'
import type { Page } from '../pages/page.ts'
import type { SignedIn } from '../session/session.ts'
import { texts } from '../texts/texts.ts'
import { Breadcrumbs } from './breadcrumbs.tsx'
import { CallsPanel } from './calls-panel.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { Flashes } from './flashes.tsx'
import { Navigation } from './navigation.tsx'
import { useTitleOfPage } from './page-title.ts'
import { matchPath, navigate, type PageComponent, type Params, useLocation } from './router.tsx'
import { TopBar } from './top-bar.tsx'
import { UnreadNotice } from './unread-notice.tsx'

const components = new Map<Page, PageComponent>()

function componentOf(page: Page): PageComponent {
  let component = components.get(page)
  if (!component) {
    component = lazy(page.load)
    components.set(page, component)
  }
  return component
}

function findPage(location: string): { page: Page; params: Params } | undefined {
  for (const page of pages) {
    const params = matchPath(page.path, location)
    if (params) return { page, params }
  }
  return undefined
}

export function Shell({ session }: { session: SignedIn }) {
  const location = useLocation()
  const path = location.split('?')[0]!
  const found = findPage(location)
  const [navigationOpen, setNavigationOpen] = useState(false)
  const [callsOpen, setCallsOpen] = useState(false)
  const poolId = found?.params.poolId
  const main = useRef<HTMLElement>(null)

  useEffect(() => {
    if (path === '') navigate('pools', { replace: true })
  }, [path])
  const named = useTitleOfPage()
  const title = found && (named ?? found.page.title(found.params))
  useEffect(() => {
    document.title = title ? `${title} · ${texts.shell.product}` : texts.shell.product
  }, [title])
  usePlaceOfPage(path, main)
  // biome-ignore lint/correctness/useExhaustiveDependencies: who goes somewhere is done with the navigation
  useEffect(() => setNavigationOpen(false), [path])

  return (
    <PoolContext value={poolId}>
      <a className="skip" href="#page">
        {texts.shell.skip}
      </a>
      <div className="unseen" role="status">
        {title}
      </div>
      <TopBar
        session={session}
        onOpenNavigation={() => setNavigationOpen(!navigationOpen)}
        navigationOpen={navigationOpen}
        onOpenCalls={() => setCallsOpen(!callsOpen)}
      />
      <div className="frame" data-navigation={navigationOpen ? 'open' : undefined}>
        <Navigation location={path} poolId={poolId} />
        <main id="page" ref={main} tabIndex={-1}>
          <Flashes />
          <UnreadNotice />
          {found ? <Breadcrumbs page={found.page} params={found.params} title={title!} /> : null}
          <ErrorBoundary key={path}>
            <Suspense fallback={<PageSpinner />}>
              {found ? <Found {...found} /> : path === '' ? null : <NotFound />}
            </Suspense>
          </ErrorBoundary>
        </main>
        {callsOpen ? <CallsPanel onClose={() => setCallsOpen(false)} /> : null}
      </div>
    </PoolContext>
  )
}

function Found({ page, params }: { page: Page; params: Params }) {
  const PageContent = componentOf(page)
  return <PageContent params={params} />
}

const PageSpinner = () => (
  <div className="waiting" role="status">
    <Spinner size="large" /> <span className="unseen">{texts.common.loading}</span>
  </div>
)

const NotFound = () => (
  <>
    <h1>{texts.shell.notFound}</h1>
    <p>{texts.shell.notFoundText}</p>
  </>
)

/** Who comes to another page begins at its top, who goes back where they were; screen readers are led to its heading. */
function usePlaceOfPage(path: string, main: React.RefObject<HTMLElement | null>): void {
  const first = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what this is about
  useLayoutEffect(() => {
    const isFirst = first.current
    first.current = false
    if (isFirst) return
    scrollTo(0, history.state?.scroll ?? 0)
    return focusHeading(main.current!)
  }, [path])
}

/**
 * Focuses the heading as soon as the page has one, and the one that takes its place once the page has been read, unless
 * the focus is in the page by then.
 */
function focusHeading(main: HTMLElement): () => void {
  let focused: HTMLElement = main
  const focus = () => {
    const { activeElement } = document
    const isLost = activeElement === document.body && !focused.isConnected
    const heading = main.querySelector('h1')
    const isExpected = focused === main && activeElement === main
    if (!heading || !(isExpected || isLost)) return
    focused = heading
    heading.tabIndex = -1
    heading.focus({ preventScroll: true })
  }
  main.focus({ preventScroll: true })
  const observer = new MutationObserver(focus)
  observer.observe(main, { childList: true, subtree: true })
  focus()
  return () => observer.disconnect()
}
