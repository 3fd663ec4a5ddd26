import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import { useState } from 'react'
import { poolhouse } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, usePoolhouse } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import type { PageProps } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Copy } from '../../ui/copy.tsx'
import { DetailPage } from '../../ui/detail-page.tsx'
import { Lines, Text } from '../../ui/fields.tsx'
import { FormModal } from '../../ui/form-modal.tsx'
import { pairLines, pairsIn } from '../../ui/pair-lines.ts'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'
import { AccessKeys } from '../access-keys/key-table.tsx'
import { PolicyEditor } from './policy-editor.tsx'
import { type Role, saveRole } from './save-role.ts'
import { TrustedIssuers } from './trusted-issuers.tsx'

const t = texts.roles
const putAction = 'poolhouse:PutRole'
const keysAction = 'poolhouse:ListAccessKeys'

export default function RolePage({ params }: PageProps) {
  const RoleName = params.roleName!
  const may = useMay(keysAction)
  const query = usePoolhouse('DescribeRole', { RoleName })
  const role = query.data?.Role
  return (
    <DetailPage
      title={RoleName}
      remove={{
        needs: 'poolhouse:DeleteRole',
        name: RoleName,
        title: t.deleteTitle,
        text: t.deleteText,
        done: t.deleted(RoleName),
        path: 'roles',
        run: async () => {
          await poolhouse('DeleteRole', { RoleName })
          await refresh('ListRoles', 'ListAccessKeys')
        },
      }}
      edit={{ needs: putAction, form: (close) => (role ? <EditRole role={role} onClose={close} /> : null) }}
    >
      <Part title={t.about} query={query}>
        {role ? <About role={role} /> : null}
      </Part>
      {role ? <PolicyEditor key={role.RoleName} role={role} /> : null}
      {role && may(keysAction) ? <AccessKeys roleName={RoleName} /> : null}
      {role ? <TrustedIssuers role={role} /> : null}
    </DetailPage>
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
