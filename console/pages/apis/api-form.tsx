import Alert from '@cloudscape-design/components/alert'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { refresh } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Text } from '../../ui/fields.tsx'
import { FormModal } from '../../ui/form-modal.tsx'
import { type Pair, Pairs } from '../../ui/pairs.tsx'
import type { Api } from './apis.tsx'

const t = texts.apis

const isIdentifier = (text: string) => /^[\x21\x23-\x5B\x5D-\x7E]{0,256}$/.test(text)
const isScopeName = (text: string) => /^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]{1,256}$/.test(text)

interface Props {
  UserPoolId: string
  /** To change; without it one is added. */
  api?: Api
  onClose(): void
}

/** An update replaces all scopes, so that all of them are in the form. */
export function ApiForm({ UserPoolId, api, onClose }: Props) {
  const [name, setName] = useState(api?.Name ?? '')
  const [identifier, setIdentifier] = useState(api?.Identifier ?? '')
  const [scopes, setScopes] = useState<Pair[]>(() => pairsOfScopes(api))
  const written = scopes.filter((scope) => scope.name !== '' || scope.value !== '')
  const lost = (api?.Scopes ?? [])
    .map(({ ScopeName }) => ScopeName!)
    .filter((one) => !written.some((s) => s.name === one))
  const isSound =
    name.trim() !== '' &&
    identifier !== '' &&
    isIdentifier(identifier) &&
    written.every((scope) => isScopeName(scope.name) && scope.value.trim() !== '')
  const save = async () => {
    const input = {
      UserPoolId,
      Identifier: identifier,
      Name: name.trim(),
      Scopes: written.map((scope) => ({ ScopeName: scope.name, ScopeDescription: scope.value.trim() })),
    }
    await (api ? cognito('UpdateResourceServer', input) : cognito('CreateResourceServer', input))
    await refresh('ListResourceServers')
    flashSuccess(api ? t.saved : t.created(name.trim()))
  }
  return (
    <FormModal
      title={api ? t.edit(api.Name!) : t.create}
      action={api ? texts.common.save : texts.common.add}
      size="large"
      disabled={!isSound}
      onSubmit={save}
      onClose={onClose}
    >
      <Text label={texts.common.name} autoFocus value={name} onChange={setName} />
      {api ? null : (
        <Text
          label={t.identifier}
          hint={t.identifierHint}
          fault={isIdentifier(identifier) ? undefined : t.badIdentifier}
          value={identifier}
          onChange={(text) => setIdentifier(text.trim())}
        />
      )}
      <Pairs
        nameLabel={t.scope}
        valueLabel={t.meaning}
        add={t.addScope}
        empty={t.noScopes}
        faultOf={(scope) => (scope.name === '' || isScopeName(scope.name) ? undefined : t.badScope)}
        pairs={scopes}
        onChange={setScopes}
      />
      {lost.length > 0 ? <Alert type="warning">{t.lost(lost.join(', '))}</Alert> : null}
    </FormModal>
  )
}

const pairsOfScopes = (api: Api | undefined): Pair[] =>
  api
    ? (api.Scopes ?? []).map(({ ScopeName, ScopeDescription }) => ({ name: ScopeName!, value: ScopeDescription! }))
    : [{ name: 'read', value: '' }]
