import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import { useMay } from '../../api/permissions.ts'
import { useCognito } from '../../api/queries.ts'
import { texts } from '../../texts/texts.ts'

const t = texts.user
const describeAction = 'cognito-idp:DescribeIdentityProvider'

/** The API's name for the provider's own id of a person. */
export const subjectAttribute = 'Cognito_Subject'

/** Social providers know their users by the subject alone. */
const withAttributes = ['OIDC', 'SAML']

interface Props {
  UserPoolId: string
  providerName: string
  providerType: string | undefined
  label: string
  hint?: string
  value: string
  onChange(attribute: string): void
}

/** What an identity is recognized by: the subject, or an attribute that the provider maps. */
export function LinkAttribute({ UserPoolId, providerName, providerType = '', label, hint, value, onChange }: Props) {
  const may = useMay(describeAction)
  const { data } = useCognito(
    'DescribeIdentityProvider',
    { UserPoolId, ProviderName: providerName },
    { enabled: may(describeAction) && withAttributes.includes(providerType) },
  )
  const mapped = Object.keys(data?.IdentityProvider?.AttributeMapping ?? {}).filter((name) => name !== 'username')
  if (mapped.length === 0) return null
  const labelOf = (name: string) => (name === subjectAttribute ? t.subject : name)
  return (
    <FormField label={label} constraintText={hint}>
      <Select
        selectedOption={{ value, label: labelOf(value) }}
        expandToViewport
        options={[subjectAttribute, ...mapped].map((name) => ({ value: name, label: labelOf(name) }))}
        onChange={({ detail }) => onChange(detail.selectedOption.value!)}
      />
    </FormField>
  )
}
