import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import type { PoolType } from '../../api/merge.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { navigate, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { FormModal } from '../../ui/form-modal.tsx'

const t = texts.users.create

type How = 'invite' | 'silent' | 'set'

interface Wishes {
  name: string
  email: string
  verified: boolean
  how: How
  password: string
  permanent: boolean
}

const initial: Wishes = { name: '', email: '', verified: true, how: 'invite', password: '', permanent: true }

/** What the pool's users sign in with. */
function nameKind({ UsernameAttributes = [] }: Pick<PoolType, 'UsernameAttributes'>): 'email' | 'phone' | 'name' {
  if (UsernameAttributes.includes('email')) return 'email'
  return UsernameAttributes.includes('phone_number') ? 'phone' : 'name'
}

export function CreateUser({ UserPoolId, onClose }: { UserPoolId: string; onClose(): void }) {
  const { data } = useCognito('DescribeUserPool', { UserPoolId })
  const [wishes, setWishes] = useState(initial)
  const change = (part: Partial<Wishes>) => setWishes((before) => ({ ...before, ...part }))
  const kind = nameKind(data?.UserPool ?? {})
  const { name, email, how, password } = wishes

  const create = async () => {
    const address = kind === 'email' ? name.trim() : email.trim()
    const { User } = await cognito('AdminCreateUser', {
      UserPoolId,
      Username: name.trim(),
      ...(how !== 'invite' && { MessageAction: 'SUPPRESS' }),
      ...(how === 'invite' && { DesiredDeliveryMediums: [kind === 'phone' ? 'SMS' : 'EMAIL'] }),
      UserAttributes: [
        ...(address === '' ? [] : [{ Name: 'email', Value: address }]),
        ...(address === '' ? [] : [{ Name: 'email_verified', Value: String(wishes.verified) }]),
        ...(kind === 'phone' ? [{ Name: 'phone_number_verified', Value: String(wishes.verified) }] : []),
      ],
    })
    const Username = User!.Username!
    if (how === 'set')
      await cognito('AdminSetUserPassword', { UserPoolId, Username, Password: password, Permanent: wishes.permanent })
    await refresh('ListUsers')
    flashSuccess(t.done(name))
    navigate(pathTo('pools/:poolId/users/:username', { poolId: UserPoolId, username: Username }))
  }

  return (
    <FormModal
      title={t.title}
      action={t.submit}
      disabled={name.trim() === '' || (how === 'set' && password === '')}
      onSubmit={create}
      onClose={onClose}
    >
      <FormField label={kind === 'email' ? t.email : t.username} constraintText={t.usernameHint[kind]}>
        <Input value={name} autoFocus autoComplete={false} onChange={({ detail }) => change({ name: detail.value })} />
      </FormField>
      {kind === 'email' ? null : (
        <FormField label={`${t.email} – ${texts.common.optional}`}>
          <Input value={email} autoComplete={false} onChange={({ detail }) => change({ email: detail.value })} />
        </FormField>
      )}
      <Checkbox checked={wishes.verified} onChange={({ detail }) => change({ verified: detail.checked })}>
        {t.verified}
      </Checkbox>
      <FormField label={t.how}>
        <RadioGroup
          value={how}
          onChange={({ detail }) => change({ how: detail.value as How })}
          items={[
            { value: 'invite', label: t.invite },
            { value: 'silent', label: t.silent },
            { value: 'set', label: t.set },
          ]}
        />
      </FormField>
      {how === 'set' ? (
        <>
          <FormField label={t.password}>
            <Input
              type="password"
              autoComplete="new-password"
              value={password}
              onChange={({ detail }) => change({ password: detail.value })}
            />
          </FormField>
          <Checkbox checked={wishes.permanent} onChange={({ detail }) => change({ permanent: detail.checked })}>
            {t.permanent}
          </Checkbox>
        </>
      ) : null}
    </FormModal>
  )
}
