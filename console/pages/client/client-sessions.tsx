import { lazy, Suspense } from 'react'
import type { ClientType } from '../../api/merge.ts'
import { useMay } from '../../api/permissions.ts'
import { useCognito } from '../../api/queries.ts'

const SharedSignIn = lazy(() => import('./shared-sign-in.tsx'))

const poolAction = 'cognito-idp:GetUserPoolSessionConfiguration'
const readAction = 'cognito-idp:GetUserPoolClientSessionConfiguration'

/** What the app makes of sessions, where the pool tracks them. */
export function ClientSessions({ client }: { client: ClientType }) {
  const may = useMay(poolAction, readAction)
  const { data } = useCognito(
    'GetUserPoolSessionConfiguration',
    { UserPoolId: client.UserPoolId! },
    { enabled: may(poolAction) },
  )
  if (data?.UserSessionTracking !== 'ENABLED' || !may(readAction)) return null
  return (
    <Suspense>
      <SharedSignIn client={client} />
    </Suspense>
  )
}
