import Button from '@cloudscape-design/components/button'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { poolhouse } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, usePoolhouse } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { navigate, type PageProps } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Copy } from '../../ui/copy.tsx'
import { Lines, Text } from '../../ui/fields.tsx'
import { FormModal } from '../../ui/form-modal.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { pairLines, pairsIn } from '../../ui/pair-lines.ts'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'
import { AccessKeys } from '../access-keys/key-table.tsx'
import { PolicyEditor } from './policy-editor.tsx'
import { type Role, saveRole } from './save-role.ts'
import { TrustedIssuers } from './trusted-issuers.tsx'

const t = texts.roles
const putAction = 'poolhouse:PutRole'
const deleteAction = 'poolhouse:DeleteRole'
const keysAction = 'poolhouse:ListAccessKeys'

export default function RolePage({ params }: PageProps) {
  const RoleName = params.roleName!
  const may = useMay(putAction, deleteAction, keysAction)
  const query = usePoolhouse('DescribeRole', { RoleName })
  const [open, setOpen] = useState<'edit' | 'delete'>()
  const role = query.data?.Role
  const remove = async () => {
    await poolhouse('DeleteRole', { RoleName })
    await refresh('ListRoles', 'ListAccessKeys')
    flashSuccess(t.deleted(RoleName))
    navigate('roles')
  }
  return (
    <>
      <PageHead
        title={RoleName}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {may(deleteAction) ? <Button onClick={() => setOpen('delete')}>{texts.common.delete}</Button> : null}
            {may(putAction) ? <Button onClick={() => setOpen('edit')}>{texts.common.edit}</Button> : null}
          </SpaceBetween>
        }
      />
      <SpaceBetween size="l">
        <Part title={t.about} query={query}>
          {role ? <About role={role} /> : null}
        </Part>
        {role ? <PolicyEditor key={role.RoleName} role={role} /> : null}
        {role && may(keysAction) ? <AccessKeys roleName={RoleName} /> : null}
        {role ? <TrustedIssuers role={role} /> : null}
      </SpaceBetween>
      {open === 'edit' && role ? <EditRole role={role} onClose={() => setOpen(undefined)} /> : null}
      {open === 'delete' ? (
        <Confirm
          title={t.deleteTitle}
          action={texts.common.delete}
          typed={RoleName}
          onConfirm={remove}
          onClose={() => setOpen(undefined)}
        >
          {t.deleteText}
        </Confirm>
      ) : null}
    </>
  )
}

const About = ({ role }: { role: Role }) => (
  <KeyValuePairs
    columns={3}
    minColumnWidth={220}
    items={[
      { label: t.arn, value: <Copy value={role.Arn} label={t.arn} /> },
      { label: texts.common.description, value: role.Description || texts.common.none },
      {
        label: t.tags,
        value: <span className="lines">{pairLines(role.Tags).join('\n') || texts.common.none}</span>,
      },
      { label: texts.common.created, value: <Time at={role.CreationDate} /> },
      { label: texts.common.changed, value: <Time at={role.LastModifiedDate} /> },
    ]}
  />
)

function EditRole({ role, onClose }: { role: Role; onClose(): void }) {
  const [description, setDescription] = useState(role.Description ?? '')
  const [lines, setLines] = useState(pairLines(role.Tags))
  const pairs = pairsIn(lines)
  const save = async () => {
    await saveRole(role.RoleName, () => ({
      Description: description === '' ? undefined : description,
      Tags: Object.fromEntries(pairs!),
    }))
    flashSuccess(t.saved)
  }
  return (
    <FormModal title={texts.common.edit} action={texts.common.save} disabled={!pairs} onSubmit={save} onClose={onClose}>
      <Text label={texts.common.description} value={description} autoFocus onChange={setDescription} />
      <Lines label={t.tags} hint={t.tagsHint} fault={pairs ? undefined : t.badTags} value={lines} onChange={setLines} />
    </FormModal>
  )
}
