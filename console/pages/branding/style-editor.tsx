import Button from '@cloudscape-design/components/button'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { useQuestionBeforeLeaving } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Failure } from '../../ui/failure.tsx'
import { ReviewChanges } from '../../ui/review-changes.tsx'
import { SettingsFields, ViewOnly } from '../../ui/settings-fields.tsx'
import { Essentials } from './essentials.tsx'
import { EverySetting } from './every-setting.tsx'
import { Pictures } from './pictures-editor.tsx'
import { Preview } from './preview.tsx'
import {
  type AppKey,
  changesOfStyle,
  maxRequest,
  readStyle,
  type Stored,
  type Style,
  saveStyle,
  styleOf,
} from './style.ts'
import { StyleDocument } from './style-document.tsx'

const t = texts.branding
const createAction = 'cognito-idp:CreateManagedLoginBranding'
const updateAction = 'cognito-idp:UpdateManagedLoginBranding'
const deleteAction = 'cognito-idp:DeleteManagedLoginBranding'
const previewAction = 'poolhouse:CreateBrandingPreview'

export interface EditorProps {
  style: Style
  change(part: Partial<Style>): void
}

/** The style of one app. */
export function StyleOf({ UserPoolId, ClientId, clientName }: AppKey & { clientName: string }) {
  const key = { UserPoolId, ClientId }
  const { data, error, refetch } = useQuery({
    queryKey: ['DescribeManagedLoginBrandingByClient', key],
    queryFn: () => readStyle(key),
    staleTime: 5_000,
  })
  const [round, setRound] = useState(0)
  if (error) return <Failure error={error} onRetry={refetch} />
  if (data === undefined) return null
  return <Editor key={round} appKey={key} appName={clientName} stored={data} onSaved={() => setRound(round + 1)} />
}

interface Props {
  appKey: AppKey
  appName: string
  stored: Stored
  onSaved(): void
}

function Editor({ appKey, appName, stored, onSaved }: Props) {
  const [before] = useState(() => styleOf(stored))
  const [style, setStyle] = useState(before)
  const [open, setOpen] = useState<'review' | 'remove'>()
  const may = useMay(createAction, updateAction, deleteAction, previewAction)
  const mayChange = may(stored ? updateAction : createAction)
  const changes = changesOfStyle(before, style)
  const isTooLarge = JSON.stringify(style).length > maxRequest
  useQuestionBeforeLeaving(changes.length > 0 && open === undefined ? texts.common.unsaved : undefined)
  const change = (part: Partial<Style>) => setStyle((current) => ({ ...current, ...part }))
  const save = async () => {
    await saveStyle(appKey, before, style)
    flashSuccess(t.saved)
    onSaved()
  }
  const remove = async () => {
    await cognito('DeleteManagedLoginBranding', {
      UserPoolId: appKey.UserPoolId,
      ManagedLoginBrandingId: stored!.ManagedLoginBrandingId!,
    })
    await refresh('DescribeManagedLoginBrandingByClient')
    flashSuccess(t.removed)
    onSaved()
  }
  const editor = { style, change }
  return (
    <div className="style-editor">
      <SpaceBetween size="m">
        <SpaceBetween direction="horizontal" size="xs">
          {mayChange ? (
            <Button variant="primary" disabled={changes.length === 0 || isTooLarge} onClick={() => setOpen('review')}>
              {texts.common.review}
            </Button>
          ) : (
            <ViewOnly />
          )}
          {stored && may(deleteAction) ? <Button onClick={() => setOpen('remove')}>{t.remove}</Button> : null}
        </SpaceBetween>
        {isTooLarge ? <div role="alert">{t.allTooLarge}</div> : null}
        <SettingsFields mayChange={mayChange}>
          <SpaceBetween size="m">
            <ExpandableSection variant="container" defaultExpanded headerText={t.essentials}>
              <Essentials {...editor} />
            </ExpandableSection>
            <ExpandableSection variant="container" headerText={t.pictures} headerDescription={t.picturesLead}>
              <Pictures UserPoolId={appKey.UserPoolId} {...editor} />
            </ExpandableSection>
            <ExpandableSection variant="container" headerText={t.all}>
              <EverySetting {...editor} />
            </ExpandableSection>
            <ExpandableSection variant="container" headerText={t.document} headerDescription={t.documentLead}>
              <StyleDocument appKey={appKey} {...editor} />
            </ExpandableSection>
          </SpaceBetween>
        </SettingsFields>
      </SpaceBetween>
      {may(previewAction) ? (
        <Preview appKey={appKey} stored={before} style={style} />
      ) : (
        <p className="quiet">{t.noPreview}</p>
      )}
      {open === 'review' ? <ReviewChanges changes={changes} onSave={save} onClose={() => setOpen(undefined)} /> : null}
      {open === 'remove' ? (
        <Confirm
          title={t.removeTitle}
          action={t.remove}
          typed={appName}
          onConfirm={remove}
          onClose={() => setOpen(undefined)}
        >
          {t.removeText}
        </Confirm>
      ) : null}
    </div>
  )
}
