import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import type { PageProps } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { DetailPage } from '../../ui/detail-page.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Part } from '../../ui/part.tsx'
import { SettingsForm } from '../../ui/settings-form.tsx'
import { ProviderFields } from '../providers/provider-fields.tsx'
import { isIssuerSound, missingMember, type ProviderType } from '../providers/provider-types.ts'
import { Pem, RegisterFacts } from '../providers/register-facts.tsx'
import { OfferingApps } from './offering-apps.tsx'
import { checkConnection, saveProvider } from './save-provider.ts'
import { labelsOf, type Provider, reviewOf, settingsOf } from './settings.ts'

const t = texts.providers
const updateAction = 'cognito-idp:UpdateIdentityProvider'

export default function ProviderPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const ProviderName = params.providerName!
  const may = useMay(updateAction)
  const pool = useCognito('DescribeUserPool', { UserPoolId }).data?.UserPool
  const { data, error, refetch } = useCognito('DescribeIdentityProvider', { UserPoolId, ProviderName })
  const provider = data?.IdentityProvider
  const type = provider?.ProviderType as ProviderType | undefined
  return (
    <DetailPage
      title={ProviderName}
      lead={type ? t.types[type][0] : undefined}
      remove={{
        needs: 'cognito-idp:DeleteIdentityProvider',
        name: ProviderName,
        title: t.deleteTitle,
        text: t.deleteText,
        done: t.deleted(ProviderName),
        path: `pools/${UserPoolId}/providers`,
        run: async () => {
          await cognito('DeleteIdentityProvider', { UserPoolId, ProviderName })
          await refresh('ListIdentityProviders')
        },
      }}
      actions={provider && may(updateAction) ? <CheckConnection provider={provider} /> : null}
    >
      <Failure error={error} onRetry={refetch} />
      {provider && pool && type ? (
        <SpaceBetween size="l">
          <OfferingApps UserPoolId={UserPoolId} providerName={ProviderName} />
          <SettingsForm
            as="part"
            title={t.settings}
            settings={settingsOf(provider)}
            labels={labelsOf(type)}
            review={(draft) => reviewOf(type, draft)}
            needs={[updateAction]}
            isSound={({ details }) =>
              missingMember(type, details, { hasSecrets: true }) === undefined && isIssuerSound(details)
            }
            onSave={(draft, changed) => saveProvider(provider, draft, changed)}
            saved={t.saved}
          >
            {(draft, change) => <ProviderFields type={type} pool={pool} hasSecrets draft={draft} change={change} />}
          </SettingsForm>
          <RegisterFacts pool={pool} type={type} />
          {provider.ProviderDetails?.ActiveEncryptionCertificate ? (
            <Part title={t.encryptionCertificate}>
              <Pem label={t.encryptionCertificate} base64={provider.ProviderDetails.ActiveEncryptionCertificate} />
            </Part>
          ) : null}
        </SpaceBetween>
      ) : null}
    </DetailPage>
  )
}

/** Where a provider describes itself: whether it is there, and says what a sign-in needs. */
function CheckConnection({ provider }: { provider: Provider }) {
  const [asking, setAsking] = useState(false)
  const { ProviderType: type = '', ProviderDetails } = provider
  const isDescribed = type === 'OIDC' || (type === 'SAML' && ProviderDetails?.MetadataURL)
  if (!isDescribed) return null
  const check = async () => {
    await checkConnection(provider)
    flashSuccess(t.wasRead)
  }
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t.readAgain}</Button>
      {asking ? (
        <Confirm title={t.readAgain} action={t.read} onConfirm={check} onClose={() => setAsking(false)}>
          {t.readAgainText[type]}
        </Confirm>
      ) : null}
    </>
  )
}
