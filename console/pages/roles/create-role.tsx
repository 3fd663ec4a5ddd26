import FormField from '@cloudscape-design/components/form-field'
import RadioGroup from '@cloudscape-design/components/radio-group'
import { useState } from 'react'
import { poolhouse } from '../../api/call.ts'
import { refresh } from '../../api/queries.ts'
import type { PoolhouseInput } from '../../api/wire.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { navigate, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Lines, Text } from '../../ui/fields.tsx'
import { FormModal } from '../../ui/form-modal.tsx'

const t = texts.roles

const ofPools = ['help-desk', 'developer', 'importer']
const nothing = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] }

type ReadyMade = PoolhouseInput<'PutRole'>['ReadyMadePolicy']

export function CreateRole({ onClose }: { onClose(): void }) {
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [basis, setBasis] = useState('help-desk')
  const [pools, setPools] = useState<string[]>([])
  const isOfPools = ofPools.includes(basis)
  const create = async () => {
    const RoleName = name.trim()
    const policy =
      basis === 'own'
        ? { PolicyDocument: JSON.stringify(nothing, undefined, 2) }
        : { ReadyMadePolicy: basis as ReadyMade, ...(isOfPools && { UserPoolIds: pools }) }
    await poolhouse('PutRole', { RoleName, ...(description && { Description: description }), ...policy })
    await refresh('ListRoles')
    flashSuccess(t.created(RoleName))
    navigate(pathTo('roles/:roleName', { roleName: RoleName }))
  }
  return (
    <FormModal
      title={t.create}
      action={texts.common.create}
      disabled={name.trim() === '' || (isOfPools && pools.length === 0)}
      onSubmit={create}
      onClose={onClose}
    >
      <Text label={texts.common.name} hint={t.nameHint} value={name} autoFocus onChange={setName} />
      <Text label={texts.common.description} value={description} onChange={setDescription} />
      <FormField label={t.basis}>
        <RadioGroup
          value={basis}
          onChange={({ detail }) => setBasis(detail.value)}
          items={Object.entries(t.readyMade).map(([value, [label, text]]) => ({ value, label, description: text }))}
        />
      </FormField>
      {isOfPools ? <Lines label={t.pools} hint={t.poolsHint} value={pools} onChange={setPools} /> : null}
    </FormModal>
  )
}
