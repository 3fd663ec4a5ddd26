import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { cognito } from '../../api/call.ts'
import type { PoolType } from '../../api/merge.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { texts } from '../../texts/texts.ts'
import { Failure } from '../../ui/failure.tsx'
import { Choice, LongText } from '../../ui/fields.tsx'
import { FileField } from '../../ui/file-field.tsx'
import { useReadOnly } from '../../ui/read-only.tsx'
import { SettingsForm } from '../../ui/settings-form.tsx'
import { base64Of, formatOf } from './pictures.ts'
import type { AppKey } from './style.ts'

const t = texts.branding.classic
const readAction = 'cognito-idp:GetUICustomization'
const saveAction = 'cognito-idp:SetUICustomization'
const maxLogoBytes = 100 * 1024

type Look = NonNullable<CognitoOutput<'GetUICustomization'>['UICustomization']>

interface Settings {
  css: string
  /** `current` where it stays as it is, else its bytes; empty without one. */
  logo: string
}

/** The look of the pages of version 1: a stylesheet and a logo, of all apps or of one. */
export default function ClassicLook({ pool, ClientId, clientName }: AppKey & { pool: PoolType; clientName: string }) {
  const [scope, setScope] = useState<'all' | 'one'>('all')
  if (!pool.Domain && !pool.CustomDomain) return <Alert type="info">{t.needsDomain}</Alert>
  return (
    <SpaceBetween size="m">
      <Choice<'all' | 'one'>
        label={t.scope}
        options={{ all: t.allApps, one: t.oneApp(clientName) }}
        value={scope}
        onChange={setScope}
      />
      <LookOf key={`${scope} ${ClientId}`} UserPoolId={pool.Id!} ClientId={scope === 'one' ? ClientId : 'ALL'} />
    </SpaceBetween>
  )
}

function LookOf(key: AppKey) {
  const { data, error, refetch } = useCognito('GetUICustomization', key)
  if (!data) return <Failure error={error} onRetry={refetch} />
  // An app without a look of its own is answered with that of all apps.
  const found: Look = data.UICustomization ?? {}
  const look = (found.ClientId ?? 'ALL') === key.ClientId ? found : {}
  return (
    <SettingsForm<Settings>
      as="part"
      title={texts.branding.tabs.classic}
      lead={texts.branding.managedDomain}
      settings={{ css: look.CSS ?? '', logo: look.ImageUrl ? 'current' : '' }}
      labels={{ css: t.css, logo: t.logo }}
      review={({ css, logo }) => ({ css, logo: logoWords(logo) })}
      needs={[readAction, saveAction]}
      onSave={async ({ css, logo }) => {
        const ImageFile = logo === 'current' ? await currentLogo(key, look.ImageUrl!) : logo
        await cognito('SetUICustomization', { ...key, CSS: css, ...(ImageFile !== '' && { ImageFile }) })
        await refresh('GetUICustomization')
      }}
      saved={t.saved}
    >
      {(draft, change) => (
        <SpaceBetween size="m">
          <LongText label={t.css} hint={t.cssHint} rows={14} value={draft.css} onChange={(css) => change({ css })} />
          <Logo
            poolId={key.UserPoolId}
            imageUrl={look.ImageUrl}
            logo={draft.logo}
            onChange={(logo) => change({ logo })}
          />
        </SpaceBetween>
      )}
    </SettingsForm>
  )
}

function logoWords(logo: string): string {
  if (logo === '') return t.noLogo
  return logo === 'current' ? t.current : t.fresh
}

interface LogoProps {
  poolId: string
  imageUrl: string | undefined
  logo: string
  onChange(logo: string): void
}

function Logo({ poolId, imageUrl, logo, onChange }: LogoProps) {
  const [fault, setFault] = useState<string>()
  const isReadOnly = useReadOnly()
  const choose = async (file: File) => {
    if (file.size > maxLogoBytes) return setFault(t.logoTooLarge)
    const bytes = new Uint8Array(await file.arrayBuffer())
    if (!['PNG', 'JPEG'].includes(formatOf(bytes))) return setFault(texts.branding.wrongFormat('PNG, JPEG'))
    setFault(undefined)
    onChange(base64Of(bytes))
  }
  const address = logo === 'current' ? ownAddress(poolId, imageUrl!) : `data:image/png;base64,${logo}`
  return (
    <SpaceBetween size="xs">
      <FileField
        label={t.logo}
        hint={t.logoHint}
        fault={fault}
        choose={texts.common.chooseFile}
        accept=".png,.jpg,.jpeg"
        onChoose={(file) => void choose(file)}
      />
      {logo === '' ? null : (
        <div className="file">
          <img className="picture" src={address} alt={t.logo} />
          {isReadOnly ? null : (
            <Button variant="inline-link" onClick={() => onChange('')}>
              {t.removeLogo}
            </Button>
          )}
        </div>
      )}
    </SpaceBetween>
  )
}

/** The pool's pictures are at the path of its id too, which is of the console's own origin. */
const ownAddress = (poolId: string, imageUrl: string): string => `/${poolId}/branding/${imageUrl.split('/').at(-1)}`

/** What a call leaves out is gone, so that the logo is sent again with another stylesheet. */
async function currentLogo({ UserPoolId }: AppKey, imageUrl: string): Promise<string> {
  const unread = () => {
    throw new ApiError('Unreachable', t.logoUnread)
  }
  const answer = await fetch(ownAddress(UserPoolId, imageUrl)).catch(unread)
  if (!answer.ok) return unread()
  return base64Of(new Uint8Array(await answer.arrayBuffer().catch(unread)))
}
