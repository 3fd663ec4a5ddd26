import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import type { PoolType } from '../../api/merge.ts'
import { refresh } from '../../api/queries.ts'
import { settings } from '../../settings.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Choice, Text } from '../../ui/fields.tsx'
import { FormModal } from '../../ui/form-modal.tsx'

const t = texts.domain

const isPrefix = (text: string) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)
const isHost = (text: string) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text)

export function AddDomain({ pool, kind, onClose }: { pool: PoolType; kind: 'prefix' | 'custom'; onClose(): void }) {
  const [name, setName] = useState('')
  const [version, setVersion] = useState<'1' | '2'>('2')
  const [arn, setArn] = useState(`arn:aws:acm:us-east-1:${settings.accountId}:certificate/proxy`)
  const isSound = kind === 'prefix' ? isPrefix(name) : isHost(name)
  const add = async () => {
    await cognito('CreateUserPoolDomain', {
      UserPoolId: pool.Id!,
      Domain: name,
      ManagedLoginVersion: Number(version),
      ...(kind === 'custom' && { CustomDomainConfig: { CertificateArn: arn.trim() } }),
    })
    await refresh('DescribeUserPool')
    flashSuccess(t.added(name))
  }
  return (
    <FormModal
      title={t.add(t[kind])}
      action={texts.common.add}
      disabled={!isSound || (kind === 'custom' && arn.trim() === '')}
      onSubmit={add}
      onClose={onClose}
    >
      {kind === 'prefix' ? (
        <Text
          label={t.prefixName}
          autoFocus
          hint={t.prefixHint}
          fault={name === '' || isSound ? undefined : t.badPrefix}
          value={name}
          onChange={(text) => setName(text.trim())}
        />
      ) : (
        <>
          <Text
            label={t.customName}
            autoFocus
            hint={t.customHint}
            fault={name === '' || isSound ? undefined : t.badCustom}
            value={name}
            onChange={(text) => setName(text.trim())}
          />
          <Text label={t.certificate} hint={t.certificateHint} value={arn} onChange={setArn} />
        </>
      )}
      <Choice<'1' | '2'> label={t.version} options={t.versions} value={version} onChange={setVersion} />
    </FormModal>
  )
}
