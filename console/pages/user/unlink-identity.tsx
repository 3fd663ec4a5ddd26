import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { ApiError, isRefusal } from '../../api/api-error.ts'
import { cognito } from '../../api/call.ts'
import { refresh } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { LinkAttribute, subjectAttribute } from './link-attribute.tsx'
import type { Identity, Shown } from './user-type.ts'

const t = texts.user

interface Props extends Shown {
  identity: Identity
  onClose(): void
}

export function UnlinkIdentity({ UserPoolId, identity, onClose }: Props) {
  const { providerName, providerType, userId } = identity
  const [attribute, setAttribute] = useState(subjectAttribute)
  const unlink = async () => {
    const User = { ProviderName: providerName, ProviderAttributeName: attribute, ProviderAttributeValue: userId }
    await cognito('AdminDisableProviderForUser', { UserPoolId, User }).catch((error) => {
      throw isRefusal(error, 'UserNotFoundException') ? new ApiError('NotLinked', t.notLinkedBy, error) : error
    })
    await refresh('AdminGetUser', 'ListUsers')
    flashSuccess(t.unlinked)
  }
  return (
    <Confirm
      title={`${t.unlinkIdentity(providerName)}?`}
      action={t.unlink}
      typed={providerName}
      onConfirm={unlink}
      onClose={onClose}
    >
      <SpaceBetween size="m">
        {t.unlinkText}
        <LinkAttribute
          UserPoolId={UserPoolId}
          providerName={providerName}
          providerType={providerType}
          label={t.linkedBy}
          hint={t.linkedByHint}
          value={attribute}
          onChange={setAttribute}
        />
      </SpaceBetween>
    </Confirm>
  )
}
