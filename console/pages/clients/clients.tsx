import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { Link, type PageProps, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { PagedTable } from '../../ui/paged-table.tsx'
import { usePaged } from '../../ui/use-paged.ts'
import { CreateClient } from './create-client.tsx'

const t = texts.clients

type Client = NonNullable<CognitoOutput<'ListUserPoolClients'>['UserPoolClients']>[number]

export default function ClientsPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const may = useMay('cognito-idp:CreateUserPoolClient')
  const [creating, setCreating] = useState(false)
  const paged = usePaged<Client>(['ListUserPoolClients', UserPoolId], async (NextToken) => {
    const { UserPoolClients = [], NextToken: next } = await cognito('ListUserPoolClients', {
      UserPoolId,
      MaxResults: 25,
      NextToken,
    })
    return { items: UserPoolClients, next }
  })
  const path = ({ ClientId }: Client) => pathTo('pools/:poolId/clients/:clientId', { ...params, clientId: ClientId! })
  const create = may('cognito-idp:CreateUserPoolClient') ? (
    <Button variant="primary" onClick={() => setCreating(true)}>
      {t.create.action}
    </Button>
  ) : null
  return (
    <>
      <PageHead title={t.title} lead={t.lead} actions={create} />
      <PagedTable
        paged={paged}
        label={t.title}
        idOf={({ ClientId }) => ClientId!}
        columnDefinitions={[
          {
            id: 'name',
            header: texts.common.name,
            isRowHeader: true,
            cell: (client) => <Link to={path(client)}>{client.ClientName}</Link>,
          },
          { id: 'id', header: t.id, cell: ({ ClientId }) => <code>{ClientId}</code> },
        ]}
        empty={
          <SpaceBetween size="s">
            <Box variant="strong">{t.empty}</Box>
            <Box>{t.emptyText}</Box>
          </SpaceBetween>
        }
      />
      {creating ? <CreateClient UserPoolId={UserPoolId} onClose={() => setCreating(false)} /> : null}
    </>
  )
}
