import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { signInAs } from '../../api/control.ts'
import type { ClientType } from '../../api/merge.ts'
import { texts } from '../../texts/texts.ts'
import { FormModal } from '../../ui/form-modal.tsx'
import { loginUrl } from '../client/login-url.ts'
import { displayName, type Shown } from './user-type.ts'

const t = texts.devTools.signInAs

interface SignedIn {
  address: string
  apps: { name: string; url: string }[]
}

/** Signs the browser in, then offers the places where that shows. */
export function SignInAs({ UserPoolId, Username, user, onClose }: Shown & { onClose(): void }) {
  const [signedIn, setSignedIn] = useState<SignedIn>()
  const signIn = async () => {
    const address = await signInAs(UserPoolId, Username)
    setSignedIn({ address, apps: await appsOf(UserPoolId) })
  }
  return (
    <FormModal
      title={t.title(displayName(user))}
      action={signedIn ? texts.common.close : t.submit}
      onSubmit={signedIn ? async () => onClose() : signIn}
      stays={!signedIn}
      onClose={onClose}
    >
      {signedIn ? <Places {...signedIn} /> : <div>{t.lead}</div>}
    </FormModal>
  )
}

function Places({ address, apps }: SignedIn) {
  return (
    <div role="status">
      <SpaceBetween size="xs">
        <div>{t.done}</div>
        <Link external href={`${address}/account`}>
          {t.account}
        </Link>
        {apps.length === 0 ? <div>{t.noApps}</div> : null}
        {apps.map(({ name, url }) => (
          <Link key={url} external href={url}>
            {name}
          </Link>
        ))}
      </SpaceBetween>
    </div>
  )
}

const maxApps = 10

async function appsOf(UserPoolId: string): Promise<SignedIn['apps']> {
  const { UserPoolClients = [] } = await cognito('ListUserPoolClients', { UserPoolId, MaxResults: maxApps })
  const clients = await Promise.all(
    UserPoolClients.map(({ ClientId }) => cognito('DescribeUserPoolClient', { UserPoolId, ClientId: ClientId! })),
  )
  return clients.flatMap(({ UserPoolClient }) => {
    const url = authorizeUrl(UserPoolClient!)
    return url === undefined ? [] : [{ name: UserPoolClient!.ClientName!, url }]
  })
}

/** At the host of the console, which has the session; the login page itself would ask who goes on. */
function authorizeUrl(client: ClientType): string | undefined {
  const url = loginUrl(client)
  if (url === undefined) return undefined
  const { pathname, search } = new URL(url)
  return pathname.replace(/\/login$/, '/oauth2/authorize') + search
}
