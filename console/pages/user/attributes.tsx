import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Select from '@cloudscape-design/components/select'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Copy } from '../../ui/copy.tsx'
import { FormModal } from '../../ui/form-modal.tsx'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'
import { attributeChanges } from './attribute-changes.ts'
import type { Shown } from './user-type.ts'

const t = texts.user
const editAction = 'cognito-idp:AdminUpdateUserAttributes'

/** Shown elsewhere on the page. */
const elsewhere = ['identities']

export function Attributes(shown: Shown) {
  const { user, Username } = shown
  const may = useMay(editAction)
  const [editing, setEditing] = useState(false)
  const attributes = (user.UserAttributes ?? []).filter(({ Name }) => !elsewhere.includes(Name!))
  return (
    <Part
      title={t.attributes}
      actions={may(editAction) ? <Button onClick={() => setEditing(true)}>{texts.common.edit}</Button> : null}
    >
      <KeyValuePairs
        columns={3}
        minColumnWidth={220}
        items={[
          {
            label: texts.users.username,
            value: (
              <span className="id">
                <Copy value={user.Username ?? Username} label={texts.users.username} />
              </span>
            ),
          },
          ...attributes.map(({ Name = '', Value = '' }) => ({
            label: Name,
            value: Value === '' ? texts.common.none : <span className="value">{Value}</span>,
          })),
          { label: texts.common.created, value: <Time at={user.UserCreateDate} /> },
          { label: texts.common.changed, value: <Time at={user.UserLastModifiedDate} /> },
        ]}
      />
      {editing ? <Edit {...shown} onClose={() => setEditing(false)} /> : null}
    </Part>
  )
}

function Edit({ UserPoolId, Username, user, onClose }: Shown & { onClose(): void }) {
  const { data } = useCognito('DescribeUserPool', { UserPoolId })
  const schema = data?.UserPool?.SchemaAttributes ?? []
  const before = Object.fromEntries((user.UserAttributes ?? []).map(({ Name, Value }) => [Name!, Value ?? '']))
  const [values, setValues] = useState<Record<string, string>>(before)
  const isFixed = (name: string) => schema.find(({ Name }) => Name === name)?.Mutable === false || name === 'sub'
  const names = Object.keys(values).filter((name) => !elsewhere.includes(name))
  const addable = schema
    .map(({ Name }) => Name!)
    .filter((name) => !(name in values) && !isFixed(name) && name !== 'identities')

  const save = async () => {
    const { changed, removed } = attributeChanges(before, values)
    if (changed.length > 0)
      await cognito('AdminUpdateUserAttributes', { UserPoolId, Username, UserAttributes: changed })
    if (removed.length > 0)
      await cognito('AdminDeleteUserAttributes', { UserPoolId, Username, UserAttributeNames: removed })
    await refresh('AdminGetUser', 'ListUsers')
    flashSuccess(t.attributesSaved)
  }

  return (
    <FormModal title={t.editAttributes} action={texts.common.save} onSubmit={save} onClose={onClose}>
      <p>{t.emptyRemoves}</p>
      {names.map((name) => (
        <FormField key={name} label={name} constraintText={isFixed(name) ? t.fixed : undefined}>
          <Input
            value={values[name]!}
            disabled={isFixed(name)}
            autoComplete={false}
            onChange={({ detail }) => setValues({ ...values, [name]: detail.value })}
          />
        </FormField>
      ))}
      <FormField label={t.addAttribute}>
        <Select
          selectedOption={null}
          expandToViewport
          placeholder={t.chooseAttribute}
          filteringType="auto"
          options={addable.map((value) => ({ value, label: value }))}
          onChange={({ detail }) => setValues({ ...values, [detail.selectedOption.value!]: '' })}
        />
      </FormField>
    </FormModal>
  )
}
