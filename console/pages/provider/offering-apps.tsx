import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Toggle from '@cloudscape-design/components/toggle'
import { useQueries } from '@tanstack/react-query'
import { cognito } from '../../api/call.ts'
import type { ClientType } from '../../api/merge.ts'
import { useMay } from '../../api/permissions.ts'
import { useCognito } from '../../api/queries.ts'
import { saveClient } from '../../api/save.ts'
import { Link, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Part } from '../../ui/part.tsx'
import { useAction } from '../../ui/use-action.ts'
import { loginUrl } from '../client/login-url.ts'

const t = texts.providers
const maxApps = 25
const listAction = 'cognito-idp:ListUserPoolClients'
const readAction = 'cognito-idp:DescribeUserPoolClient'
const saveAction = 'cognito-idp:UpdateUserPoolClient'

interface Props {
  UserPoolId: string
  providerName: string
}

/** The apps with their switches, and a sign-in with the provider one click away. */
export function OfferingApps({ UserPoolId, providerName }: Props) {
  const may = useMay(listAction, readAction, saveAction)
  const isSeen = may(listAction) && may(readAction)
  const list = useCognito('ListUserPoolClients', { UserPoolId, MaxResults: maxApps }, { enabled: isSeen })
  const described = useQueries({
    queries: (list.data?.UserPoolClients ?? []).map(({ ClientId }) => {
      const input = { UserPoolId, ClientId: ClientId! }
      return { queryKey: ['DescribeUserPoolClient', input], queryFn: () => cognito('DescribeUserPoolClient', input) }
    }),
  })
  if (!isSeen) return null
  const clients = described.flatMap(({ data }) => (data?.UserPoolClient ? [data.UserPoolClient] : []))
  return (
    <Part title={t.apps} lead={t.appsLead} query={list}>
      {list.data?.UserPoolClients?.length === 0 ? <div className="quiet">{t.noApps}</div> : null}
      <ul className="rows">
        {clients.map((client) => (
          <App key={client.ClientId} client={client} providerName={providerName} mayChange={may(saveAction)} />
        ))}
      </ul>
    </Part>
  )
}

function App({ client, providerName, mayChange }: { client: ClientType; providerName: string; mayChange: boolean }) {
  const [run, busy] = useAction()
  const name = client.ClientName!
  const isOffered = client.SupportedIdentityProviders?.includes(providerName) ?? false
  const login = isOffered ? loginUrl(client) : undefined
  const offer = (on: boolean) =>
    run(
      () =>
        saveClient(client.UserPoolId!, client.ClientId!, ({ SupportedIdentityProviders: current = [] }) => ({
          SupportedIdentityProviders: on
            ? [...new Set([...current, providerName])]
            : current.filter((one) => one !== providerName),
        })),
      on ? t.offered(name) : t.notOffered(name),
    )
  return (
    <li>
      {mayChange ? (
        <Toggle
          checked={isOffered}
          disabled={busy}
          ariaLabel={t.offer(name)}
          onChange={({ detail }) => void offer(detail.checked)}
        />
      ) : (
        <StatusIndicator type={isOffered ? 'success' : 'stopped'}>
          {isOffered ? texts.common.on : texts.common.off}
        </StatusIndicator>
      )}
      <Link to={pathTo('pools/:poolId/clients/:clientId', { poolId: client.UserPoolId!, clientId: client.ClientId! })}>
        {name}
      </Link>
      {login ? (
        <a href={directLogin(login, providerName)} target="_blank" rel="noreferrer">
          {t.tryIt(name)}
        </a>
      ) : null}
    </li>
  )
}

/** Straight to the provider, past the login page. */
function directLogin(login: string, providerName: string): string {
  const url = new URL(login.replace(/\/login\?/, '/oauth2/authorize?'))
  url.searchParams.set('identity_provider', providerName)
  return url.href
}
