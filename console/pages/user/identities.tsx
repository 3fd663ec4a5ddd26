import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { actionColumn } from '../../ui/action-column.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Part } from '../../ui/part.tsx'
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
  const [unlinking, setUnlinking] = useState<Identity>()
  const identities = identitiesOf(user)
  if (identities.length === 0) return null
  const unlink = async () => {
    await cognito('AdminDisableProviderForUser', {
      UserPoolId,
      User: {
        ProviderName: unlinking!.providerName,
        ProviderAttributeName: 'Cognito_Subject',
        ProviderAttributeValue: unlinking!.userId,
      },
    })
    await refresh('AdminGetUser', 'ListUsers')
    flashSuccess(t.unlinked)
  }
  const unlinkColumn = actionColumn<Identity>({
    text: t.unlink,
    label: ({ providerName }) => t.unlinkIdentity(providerName),
    onClick: setUnlinking,
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
      {unlinking ? (
        <Confirm
          title={`${t.unlinkIdentity(unlinking.providerName)}?`}
          action={t.unlink}
          typed={unlinking.providerName}
          onConfirm={unlink}
          onClose={() => setUnlinking(undefined)}
        >
          {t.unlinkText}
        </Confirm>
      ) : null}
    </Part>
  )
}
