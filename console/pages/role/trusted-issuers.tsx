import Button from '@cloudscape-design/components/button'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useMay } from '../../api/permissions.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { actionColumn } from '../../ui/action-column.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Lines, Text } from '../../ui/fields.tsx'
import { FormModal } from '../../ui/form-modal.tsx'
import { pairsIn } from '../../ui/pair-lines.ts'
import { Part } from '../../ui/part.tsx'
import { type Role, saveRole } from './save-role.ts'

const t = texts.roles
const putAction = 'poolhouse:PutRole'

type Issuer = Role['TrustedIssuers'][number]

export function TrustedIssuers({ role }: { role: Role }) {
  const may = useMay(putAction)
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Issuer>()
  const remove = async () => {
    const isOther = (one: Issuer) => JSON.stringify(one) !== JSON.stringify(removing)
    await saveRole(role.RoleName, ({ TrustedIssuers: all }) => ({ TrustedIssuers: all.filter(isOther) }))
    flashSuccess(t.saved)
  }
  return (
    <Part
      title={t.trust}
      lead={t.trustLead}
      actions={may(putAction) ? <Button onClick={() => setAdding(true)}>{t.addIssuer}</Button> : null}
    >
      <Table<Issuer>
        variant="embedded"
        items={role.TrustedIssuers}
        wrapLines
        empty={t.noTrust}
        ariaLabels={{ tableLabel: t.trust }}
        columnDefinitions={[
          { id: 'issuer', header: t.issuer, isRowHeader: true, cell: ({ Issuer: issuer }) => issuer },
          { id: 'audiences', header: t.audiences, cell: ({ Audiences }) => Audiences.join(', ') },
          {
            id: 'claims',
            header: t.claims,
            cell: ({ Claims }) => (
              <span className="lines">
                {Object.entries(Claims)
                  .map(([name, values]) => `${name}: ${values.join(', ')}`)
                  .join('\n') || texts.common.none}
              </span>
            ),
          },
          ...(may(putAction)
            ? [
                actionColumn<Issuer>({
                  text: texts.common.remove,
                  label: (issuer) => t.removeIssuer(issuer.Issuer),
                  onClick: setRemoving,
                }),
              ]
            : []),
        ]}
      />
      {adding ? <AddIssuer role={role} onClose={() => setAdding(false)} /> : null}
      {removing ? (
        <Confirm
          title={`${t.removeIssuer(removing.Issuer)}?`}
          action={texts.common.remove}
          typed={removing.Issuer}
          onConfirm={remove}
          onClose={() => setRemoving(undefined)}
        >
          {t.removeIssuerText}
        </Confirm>
      ) : null}
    </Part>
  )
}

function AddIssuer({ role, onClose }: { role: Role; onClose(): void }) {
  const [issuer, setIssuer] = useState('')
  const [audiences, setAudiences] = useState<string[]>([])
  const [lines, setLines] = useState<string[]>([])
  const pairs = pairsIn(lines)
  const add = async () => {
    const Claims: Record<string, string[]> = {}
    for (const [name, value] of pairs!) Claims[name] = [...(Claims[name] ?? []), value]
    const added: Issuer = { Issuer: issuer.trim(), Audiences: audiences, Claims }
    await saveRole(role.RoleName, ({ TrustedIssuers: all }) => ({ TrustedIssuers: [...all, added] }))
    flashSuccess(t.saved)
  }
  return (
    <FormModal
      title={t.addIssuer}
      action={texts.common.add}
      disabled={issuer.trim() === '' || audiences.length === 0 || !pairs}
      onSubmit={add}
      onClose={onClose}
    >
      <Text label={t.issuer} value={issuer} autoFocus onChange={setIssuer} />
      <Lines label={t.audiences} hint={texts.clients.onePerLine} value={audiences} onChange={setAudiences} />
      <Lines
        label={t.claims}
        hint={t.claimsHint}
        fault={pairs ? undefined : t.badTags}
        value={lines}
        onChange={setLines}
      />
    </FormModal>
  )
}
