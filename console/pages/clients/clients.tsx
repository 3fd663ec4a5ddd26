import { cognito } from '../../api/call.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { Link, type PageProps, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { ListPage } from '../../ui/list-page.tsx'
import { usePaged } from '../../ui/use-paged.ts'
import { CreateClient } from './create-client.tsx'

const t = texts.clients

type Client = NonNullable<CognitoOutput<'ListUserPoolClients'>['UserPoolClients']>[number]

export default function ClientsPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const paged = usePaged<Client>(
    ['ListUserPoolClients', UserPoolId],
    async (NextToken) => {
      const { UserPoolClients = [], NextToken: next } = await cognito('ListUserPoolClients', {
        UserPoolId,
        MaxResults: 25,
        NextToken,
      })
      return { items: UserPoolClients, next }
    },
    { textOf: ({ ClientName, ClientId }) => `${ClientName}\n${ClientId}` },
  )
  const path = ({ ClientId }: Client) => pathTo('pools/:poolId/clients/:clientId', { ...params, clientId: ClientId! })
  return (
    <ListPage
      texts={t}
      create={{
        label: t.create.action,
        needs: 'cognito-idp:CreateUserPoolClient',
        form: (close) => <CreateClient UserPoolId={UserPoolId} onClose={close} />,
      }}
      paged={paged}
      idOf={({ ClientId }) => ClientId!}
      columns={[
        {
          id: 'name',
          header: texts.common.name,
          isRowHeader: true,
          cell: (client) => <Link to={path(client)}>{client.ClientName}</Link>,
        },
        { id: 'id', header: t.id, cell: ({ ClientId }) => <code>{ClientId}</code> },
      ]}
    />
  )
}
