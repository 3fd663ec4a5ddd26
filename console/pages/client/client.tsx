import Button from '@cloudscape-design/components/button'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { lazy, Suspense, useState } from 'react'
import { cognito } from '../../api/call.ts'
import type { ClientType } from '../../api/merge.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import type { PageProps } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Copy } from '../../ui/copy.tsx'
import { DetailPage } from '../../ui/detail-page.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Part } from '../../ui/part.tsx'
import { Secret } from '../../ui/secret.tsx'
import { Time } from '../../ui/time.tsx'
import { ClientSessions } from './client-sessions.tsx'
import { ClientSettings } from './client-settings.tsx'
import { ClientStandards } from './client-standards.tsx'
import { loginUrl } from './login-url.ts'
import { Snippets } from './snippets.tsx'
import { TryIt } from './try-it.tsx'

/** Of apps that have secrets alone. */
const ClientSecrets = lazy(() => import('./client-secrets.tsx'))

const t = texts.clients
const secretsAction = 'cognito-idp:ListUserPoolClientSecrets'
const standardsAction = 'poolhouse:GetClientExtensions'

export default function ClientPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const ClientId = params.clientId!
  const may = useMay(secretsAction, standardsAction)
  const { data, error, refetch } = useCognito('DescribeUserPoolClient', { UserPoolId, ClientId })
  const [round, setRound] = useState(0)
  const client = data?.UserPoolClient
  // The description shows a secret no longer once another has taken its place.
  const secrets = useCognito('ListUserPoolClientSecrets', { UserPoolId, ClientId }, { enabled: may(secretsAction) })
  const hasSecret = client?.ClientSecret !== undefined || (secrets.data?.ClientSecrets ?? []).length > 0
  const login = client && loginUrl(client)
  return (
    <DetailPage
      title={client?.ClientName ?? ClientId}
      remove={{
        needs: 'cognito-idp:DeleteUserPoolClient',
        name: client?.ClientName ?? ClientId,
        title: t.deleteTitle,
        text: t.deleteText,
        done: t.deleted(client?.ClientName ?? ClientId),
        path: `pools/${UserPoolId}/clients`,
        run: async () => {
          await cognito('DeleteUserPoolClient', { UserPoolId, ClientId })
          await refresh('ListUserPoolClients')
        },
      }}
      actions={
        login ? (
          <Button href={login} target="_blank" iconName="external" iconAlign="right">
            {t.openLogin}
          </Button>
        ) : null
      }
    >
      <Failure error={error} onRetry={refetch} />
      {client ? (
        <SpaceBetween size="l">
          <About client={client} hasSecret={hasSecret} />
          {/* What others change meanwhile does not disturb who is at it; after a save the form begins anew. */}
          <ClientSettings key={round} client={client} onSaved={() => setRound(round + 1)} />
          <ClientSessions client={client} />
          {hasSecret && may(secretsAction) ? (
            <Suspense>
              <ClientSecrets client={client} />
            </Suspense>
          ) : null}
          <TryIt client={client} />
          <Snippets client={client} hasSecret={hasSecret} />
          {may(standardsAction) ? <ClientStandards UserPoolId={UserPoolId} ClientId={ClientId} /> : null}
        </SpaceBetween>
      ) : null}
    </DetailPage>
  )
}

function About({ client, hasSecret }: { client: ClientType; hasSecret: boolean }) {
  const { ClientId = '', ClientSecret } = client
  const absent = hasSecret ? t.secretUnseen : t.noSecret
  return (
    <Part title={t.about}>
      <KeyValuePairs
        columns={4}
        minColumnWidth={220}
        items={[
          { label: t.id, value: <Copy value={ClientId} label={t.id} /> },
          {
            label: t.secret,
            value: ClientSecret === undefined ? absent : <Secret value={ClientSecret} label={t.secret} />,
          },
          { label: texts.common.created, value: <Time at={client.CreationDate} /> },
          { label: texts.common.changed, value: <Time at={client.LastModifiedDate} /> },
        ]}
      />
    </Part>
  )
}
