import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { poolhouse } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, usePoolhouse } from '../../api/queries.ts'
import type { PoolhouseOutput } from '../../api/wire.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { actionColumn } from '../../ui/action-column.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'
import type { Shown } from './user-type.ts'

const t = texts.user
const deleteAction = 'poolhouse:DeleteUserPasskey'

type Passkey = PoolhouseOutput<'ListUserPasskeys'>['Passkeys'][number]

const nameOf = ({ FriendlyCredentialName }: Passkey) => FriendlyCredentialName

export function Passkeys({ UserPoolId, Username }: Shown) {
  const may = useMay(deleteAction)
  const query = usePoolhouse('ListUserPasskeys', { UserPoolId, Username })
  const [removing, setRemoving] = useState<Passkey>()
  const remove = async () => {
    await poolhouse('DeleteUserPasskey', { UserPoolId, Username, CredentialId: removing!.CredentialId })
    await refresh('ListUserPasskeys', 'AdminGetUserAuthFactors')
    flashSuccess(t.passkeyRemoved)
  }
  const removeColumn = actionColumn<Passkey>({
    text: texts.common.remove,
    label: (passkey) => t.removePasskey(nameOf(passkey)),
    onClick: setRemoving,
  })
  return (
    <Part title={t.passkeys} query={query}>
      <Table<Passkey>
        variant="embedded"
        items={query.data?.Passkeys ?? []}
        trackBy="CredentialId"
        wrapLines
        empty={t.noPasskeys}
        ariaLabels={{ tableLabel: t.passkeys }}
        columnDefinitions={[
          { id: 'name', header: texts.common.name, isRowHeader: true, cell: nameOf },
          { id: 'domain', header: t.passkeyDomain, cell: ({ RelyingPartyId }) => RelyingPartyId },
          { id: 'created', header: texts.common.created, cell: ({ CreatedAt }) => <Time at={CreatedAt} /> },
          ...(may(deleteAction) ? [removeColumn] : []),
        ]}
      />
      {removing ? (
        <Confirm
          title={`${t.removePasskey(nameOf(removing))}?`}
          action={texts.common.remove}
          typed={nameOf(removing)}
          onConfirm={remove}
          onClose={() => setRemoving(undefined)}
        >
          {t.removePasskeyText}
        </Confirm>
      ) : null}
    </Part>
  )
}
