import Table from '@cloudscape-design/components/table'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh } from '../../api/queries.ts'
import { texts } from '../../texts/texts.ts'
import { actionColumn } from '../../ui/action-column.tsx'
import { Part } from '../../ui/part.tsx'
import { useAction } from '../../ui/use-action.ts'
import { attributeOf, type Shown, type User } from './user-type.ts'

const t = texts.user
const unlinkAction = 'cognito-idp:AdminDisableProviderForUser'

interface Identity {
  providerName: string
  userId: string
}

function identitiesOf(user: User): Identity[] {
  try {
    const parsed: unknown = JSON.parse(attributeOf(user, 'identities') ?? '[]')
    return Array.isArray(parsed) ? parsed : []
  } catch {
    return []
  }
}

export function Identities({ UserPoolId, user }: Shown) {
  const may = useMay(unlinkAction)
  const [run, busy] = useAction()
  const identities = identitiesOf(user)
  if (identities.length === 0) return null
  const unlink = ({ providerName, userId }: Identity) =>
    run(
      () =>
        cognito('AdminDisableProviderForUser', {
          UserPoolId,
          User: {
            ProviderName: providerName,
            ProviderAttributeName: 'Cognito_Subject',
            ProviderAttributeValue: userId,
          },
        }).then(() => refresh('AdminGetUser', 'ListUsers')),
      t.unlinked,
    )
  const unlinkColumn = actionColumn<Identity>({
    text: t.unlink,
    label: ({ providerName }) => t.unlinkIdentity(providerName),
    disabled: busy,
    onClick: unlink,
  })
  return (
    <Part title={t.identities}>
      <Table<Identity>
        variant="embedded"
        items={identities}
        wrapLines
        ariaLabels={{ tableLabel: t.identities }}
        columnDefinitions={[
          { id: 'provider', header: t.provider, isRowHeader: true, cell: ({ providerName }) => providerName },
          { id: 'identity', header: t.identity, cell: ({ userId }) => <code>{userId}</code> },
          ...(may(unlinkAction) ? [unlinkColumn] : []),
        ]}
      />
    </Part>
  )
}
