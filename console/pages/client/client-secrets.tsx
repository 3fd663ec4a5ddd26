import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import type { ClientType } from '../../api/merge.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { flashError, flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { actionColumn } from '../../ui/action-column.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Copy } from '../../ui/copy.tsx'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'

const t = texts.clients
const addAction = 'cognito-idp:AddUserPoolClientSecret'
const deleteAction = 'cognito-idp:DeleteUserPoolClientSecret'
const maxSecrets = 2

type SecretRow = NonNullable<CognitoOutput<'ListUserPoolClientSecrets'>['ClientSecrets']>[number]

/** Secrets are rotated with an overlap, so that no request of the app fails. */
export default function ClientSecrets({ client }: { client: ClientType }) {
  const key = { UserPoolId: client.UserPoolId!, ClientId: client.ClientId! }
  const may = useMay(addAction, deleteAction)
  const query = useCognito('ListUserPoolClientSecrets', key)
  const [added, setAdded] = useState<string>()
  const [deleting, setDeleting] = useState<string>()
  const secrets = query.data?.ClientSecrets ?? []
  const add = async () => {
    try {
      const { ClientSecretDescriptor } = await cognito('AddUserPoolClientSecret', key)
      setAdded(ClientSecretDescriptor!.ClientSecretValue)
      flashSuccess(t.secretAdded)
      await refresh('ListUserPoolClientSecrets')
    } catch (error) {
      flashError(error)
    }
  }
  const remove = async () => {
    await cognito('DeleteUserPoolClientSecret', { ...key, ClientSecretId: deleting! })
    setAdded(undefined)
    flashSuccess(t.secretDeleted)
    await refresh('ListUserPoolClientSecrets', 'DescribeUserPoolClient')
  }
  return (
    <Part
      title={t.secrets}
      lead={t.secretsLead}
      query={query}
      actions={may(addAction) && secrets.length < maxSecrets ? <Button onClick={add}>{t.addSecret}</Button> : null}
    >
      {added === undefined ? null : (
        <Alert type="warning" header={t.secretShownOnce}>
          <Copy value={added} label={t.secret} />
        </Alert>
      )}
      <Table<SecretRow>
        variant="embedded"
        items={secrets}
        wrapLines
        ariaLabels={{ tableLabel: t.secrets }}
        columnDefinitions={[
          {
            id: 'id',
            header: t.secretId,
            isRowHeader: true,
            cell: ({ ClientSecretId }) => <code>{ClientSecretId}</code>,
          },
          {
            id: 'created',
            header: texts.common.created,
            cell: ({ ClientSecretCreateDate }) => <Time at={ClientSecretCreateDate} />,
          },
          ...(may(deleteAction) && secrets.length > 1
            ? [
                actionColumn<SecretRow>({
                  text: texts.common.delete,
                  label: ({ ClientSecretId }) => `${t.deleteSecret} ${ClientSecretId}`,
                  onClick: ({ ClientSecretId }) => setDeleting(ClientSecretId),
                }),
              ]
            : []),
        ]}
      />
      {deleting === undefined ? null : (
        <Confirm
          title={`${t.deleteSecret}?`}
          action={texts.common.delete}
          typed={deleting}
          onConfirm={remove}
          onClose={() => setDeleting(undefined)}
        >
          {t.deleteSecretText}
        </Confirm>
      )}
    </Part>
  )
}
