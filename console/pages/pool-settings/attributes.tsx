import Button from '@cloudscape-design/components/button'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import type { PoolType } from '../../api/merge.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Choice, Text, Toggle } from '../../ui/fields.tsx'
import { FormModal } from '../../ui/form-modal.tsx'
import { Part } from '../../ui/part.tsx'

const t = texts.poolSettings
const addAction = 'cognito-idp:AddCustomAttributes'

type Attribute = NonNullable<PoolType['SchemaAttributes']>[number]
type AttributeType = keyof typeof t.attributeTypes

export function Attributes({ pool }: { pool: PoolType }) {
  const may = useMay(addAction)
  const [adding, setAdding] = useState(false)
  const yesNo = (value: boolean | undefined) => (value ? texts.common.yes : texts.common.no)
  return (
    <Part
      title={t.attributes}
      lead={t.attributesLead}
      actions={may(addAction) ? <Button onClick={() => setAdding(true)}>{t.addAttribute}</Button> : null}
    >
      <Table<Attribute>
        variant="embedded"
        items={pool.SchemaAttributes ?? []}
        wrapLines
        ariaLabels={{ tableLabel: t.attributes }}
        columnDefinitions={[
          { id: 'name', header: t.attribute, isRowHeader: true, cell: ({ Name }) => <code>{Name}</code> },
          {
            id: 'type',
            header: t.type,
            cell: ({ AttributeDataType: type }) => t.attributeTypes[type as AttributeType],
          },
          { id: 'required', header: t.required, cell: ({ Required }) => yesNo(Required) },
          { id: 'mutable', header: t.mutable, cell: ({ Mutable }) => yesNo(Mutable) },
        ]}
      />
      {adding ? <AddAttribute UserPoolId={pool.Id!} onClose={() => setAdding(false)} /> : null}
    </Part>
  )
}

function AddAttribute({ UserPoolId, onClose }: { UserPoolId: string; onClose(): void }) {
  const [name, setName] = useState('')
  const [type, setType] = useState<AttributeType>('String')
  const [isMutable, setMutable] = useState(true)
  const [least, setLeast] = useState('')
  const [greatest, setGreatest] = useState('')
  const isName = /^\S{1,20}$/.test(name)
  const add = async () => {
    await cognito('AddCustomAttributes', {
      UserPoolId,
      CustomAttributes: [
        {
          Name: name,
          AttributeDataType: type,
          Mutable: isMutable,
          ...(type === 'String' && {
            StringAttributeConstraints: { MinLength: least || undefined, MaxLength: greatest || undefined },
          }),
          ...(type === 'Number' && {
            NumberAttributeConstraints: { MinValue: least || undefined, MaxValue: greatest || undefined },
          }),
        },
      ],
    })
    await refresh('DescribeUserPool')
    flashSuccess(t.attributeAdded(name))
  }
  return (
    <FormModal title={t.addAttribute} action={texts.common.add} disabled={!isName} onSubmit={add} onClose={onClose}>
      <Text
        label={t.attributeName}
        hint={t.attributeNameHint}
        autoFocus
        fault={name === '' || isName ? undefined : t.badAttribute}
        value={name}
        onChange={setName}
      />
      <Choice<AttributeType> label={t.type} options={t.attributeTypes} value={type} onChange={setType} />
      {type === 'String' || type === 'Number' ? (
        <>
          <Text label={t.min} value={least} onChange={(text) => setLeast(text.trim())} />
          <Text label={t.max} value={greatest} onChange={(text) => setGreatest(text.trim())} />
        </>
      ) : null}
      <Toggle label={t.mutable} value={isMutable} onChange={setMutable} />
    </FormModal>
  )
}
