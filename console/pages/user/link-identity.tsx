import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { refresh } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Text } from '../../ui/fields.tsx'
import { FormModal } from '../../ui/form-modal.tsx'
import type { Provider } from './identities.tsx'
import { LinkAttribute, subjectAttribute } from './link-attribute.tsx'
import { displayName, identitiesOf, type Shown, type User } from './user-type.ts'

const t = texts.user

interface Props extends Shown {
  providers: Provider[]
  onClose(): void
}

export function LinkIdentity({ UserPoolId, Username, user, providers, onClose }: Props) {
  const [name, setName] = useState(providers.length === 1 ? providers[0]!.ProviderName! : '')
  const [attribute, setAttribute] = useState(subjectAttribute)
  const [value, setValue] = useState('')
  const provider = providers.find(({ ProviderName }) => ProviderName === name)
  const link = async () => {
    await cognito('AdminLinkProviderForUser', {
      UserPoolId,
      DestinationUser: destinationOf(user, Username),
      SourceUser: { ProviderName: name, ProviderAttributeName: attribute, ProviderAttributeValue: value.trim() },
    })
    await refresh('AdminGetUser', 'ListUsers')
    flashSuccess(t.linked(name))
  }
  return (
    <FormModal
      title={t.linkTitle(displayName(user))}
      action={t.linkSubmit}
      disabled={name === '' || value.trim() === ''}
      onSubmit={link}
      onClose={onClose}
    >
      <div>{t.linkText}</div>
      <FormField label={t.provider}>
        <Select
          selectedOption={name === '' ? null : { value: name, label: name }}
          placeholder={t.chooseProvider}
          filteringType="auto"
          expandToViewport
          options={providers.map(({ ProviderName, ProviderType }) => ({
            value: ProviderName!,
            label: ProviderName!,
            description: ProviderType === ProviderName ? undefined : ProviderType,
          }))}
          onChange={({ detail }) => {
            setName(detail.selectedOption.value!)
            setAttribute(subjectAttribute)
          }}
        />
      </FormField>
      <LinkAttribute
        UserPoolId={UserPoolId}
        providerName={name}
        providerType={provider?.ProviderType}
        label={t.recognizedBy}
        value={attribute}
        onChange={setAttribute}
      />
      <Text
        label={t.identity}
        hint={attribute === subjectAttribute ? t.identityHints.subject : t.identityHints.attribute}
        value={value}
        onChange={setValue}
      />
    </FormModal>
  )
}

/** Who was made for an identity is named by it; the others belong to the pool itself, which the API calls Cognito. */
function destinationOf(user: User, Username: string) {
  const own = identitiesOf(user).find(({ primary }) => primary)
  return own
    ? { ProviderName: own.providerName, ProviderAttributeValue: own.userId }
    : { ProviderName: 'Cognito', ProviderAttributeValue: user.Username ?? Username }
}
