import Spinner from '@cloudscape-design/components/spinner'
import { lazy, Suspense } from 'react'
import { useSession } from '../session/session.ts'
import { texts } from '../texts/texts.ts'
import { ErrorBoundary } from './error-boundary.tsx'
import { Shell } from './shell.tsx'

const SignInPage = lazy(() => import('../session/sign-in-page.tsx'))
const SignInAgain = lazy(() => import('../session/sign-in-again.tsx'))

/** The console for who is signed in, the sign-in for others. */
export function App() {
  const session = useSession()
  if (session.state === 'starting')
    return (
      <div className="waiting" role="status">
        <Spinner size="large" /> <span className="unseen">{texts.session.starting}</span>
      </div>
    )
  return (
    <ErrorBoundary>
      <Suspense>
        {session.state === 'signed-out' ? (
          <SignInPage session={session} />
        ) : (
          <Shell key={session.arn} session={session} />
        )}
      </Suspense>
      <Suspense>{session.state === 'ended' ? <SignInAgain reason={session.reason} /> : null}</Suspense>
    </ErrorBoundary>
  )
}
