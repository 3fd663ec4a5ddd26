import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh } from '../../api/queries.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import type { PageProps } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ListPage } from '../../ui/list-page.tsx'
import { usePaged } from '../../ui/use-paged.ts'
import { ApiForm } from './api-form.tsx'

const t = texts.apis
const updateAction = 'cognito-idp:UpdateResourceServer'
const deleteAction = 'cognito-idp:DeleteResourceServer'

export type Api = NonNullable<CognitoOutput<'ListResourceServers'>['ResourceServers']>[number]

/** Those under this name are part of what the pool offers; nobody changes them. */
const isManaged = ({ Identifier }: Api) => /^aws\.cognito(\/|$)/.test(Identifier!)

export default function ApisPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const may = useMay(updateAction, deleteAction)
  const [editing, setEditing] = useState<Api>()
  const [deleting, setDeleting] = useState<Api>()
  const paged = usePaged<Api>(
    ['ListResourceServers', UserPoolId],
    async (NextToken) => {
      const { ResourceServers = [], NextToken: next } = await cognito('ListResourceServers', {
        UserPoolId,
        MaxResults: 25,
        NextToken,
      })
      return { items: ResourceServers, next }
    },
    { textOf: ({ Name, Identifier }) => `${Name}\n${Identifier}` },
  )
  const remove = async () => {
    await cognito('DeleteResourceServer', { UserPoolId, Identifier: deleting!.Identifier! })
    await refresh('ListResourceServers')
    flashSuccess(t.deleted(deleting!.Name!))
  }
  const actions = (api: Api) =>
    isManaged(api) ? (
      <span className="quiet">{t.managed}</span>
    ) : (
      <SpaceBetween direction="horizontal" size="s">
        {may(updateAction) ? (
          <Button variant="inline-link" ariaLabel={t.edit(api.Name!)} onClick={() => setEditing(api)}>
            {texts.common.edit}
          </Button>
        ) : null}
        {may(deleteAction) ? (
          <Button variant="inline-link" ariaLabel={t.delete(api.Name!)} onClick={() => setDeleting(api)}>
            {texts.common.delete}
          </Button>
        ) : null}
      </SpaceBetween>
    )
  return (
    <ListPage
      texts={t}
      create={{
        label: t.create,
        needs: 'cognito-idp:CreateResourceServer',
        form: (close) => <ApiForm UserPoolId={UserPoolId} onClose={close} />,
      }}
      paged={paged}
      idOf={({ Identifier }) => Identifier!}
      columns={[
        { id: 'name', header: texts.common.name, isRowHeader: true, cell: ({ Name }) => Name },
        { id: 'identifier', header: t.identifier, cell: ({ Identifier }) => <code>{Identifier}</code> },
        {
          id: 'scopes',
          header: t.scopes,
          cell: ({ Scopes = [] }) => (
            <span className="lines">{Scopes.map(({ ScopeName }) => ScopeName).join('\n') || texts.common.none}</span>
          ),
        },
        { id: 'actions', header: <span className="unseen">{texts.common.actions}</span>, cell: actions },
      ]}
    >
      {editing ? <ApiForm UserPoolId={UserPoolId} api={editing} onClose={() => setEditing(undefined)} /> : null}
      {deleting ? (
        <Confirm
          title={t.deleteTitle}
          action={texts.common.delete}
          typed={deleting.Name!}
          onConfirm={remove}
          onClose={() => setDeleting(undefined)}
        >
          {t.deleteText}
        </Confirm>
      ) : null}
    </ListPage>
  )
}
