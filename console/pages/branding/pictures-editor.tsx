import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useCognito } from '../../api/queries.ts'
import { texts } from '../../texts/texts.ts'
import { useReadOnly } from '../../ui/read-only.tsx'
import { addPicture } from './add-picture.ts'
import { PictureDrop } from './picture-drop.tsx'
import { addressOf, type Category, categories, type Mode, pictureName } from './pictures.ts'
import type { EditorProps } from './style-editor.tsx'

const t = texts.branding

export function Pictures({ UserPoolId, style, change }: EditorProps & { UserPoolId: string }) {
  const isReadOnly = useReadOnly()
  return (
    <SpaceBetween size="m">
      {style.pictures.length === 0 ? <div className="quiet">{t.noPictures}</div> : null}
      <ul className="pictures">
        {style.pictures.map((picture) => (
          <li key={pictureName(picture)}>
            <img src={addressOf(picture)} alt="" />
            <span>
              {t.categories[picture.Category!]}, {t.modes[picture.ColorMode!]}
              {picture.ResourceId ? `, ${picture.ResourceId}` : ''}
            </span>
            {isReadOnly ? null : (
              <Button
                variant="inline-link"
                ariaLabel={t.removePicture(pictureName(picture))}
                onClick={() => change({ pictures: style.pictures.filter((one) => one !== picture) })}
              >
                {texts.common.remove}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {isReadOnly ? null : <AddPicture UserPoolId={UserPoolId} style={style} change={change} />}
    </SpaceBetween>
  )
}

function AddPicture({ UserPoolId, style, change }: EditorProps & { UserPoolId: string }) {
  const [category, setCategory] = useState<Category>('FORM_LOGO')
  const [mode, setMode] = useState<Mode>('DYNAMIC')
  const [provider, setProvider] = useState<string>()
  const [fault, setFault] = useState<string>()
  const isIcon = category === 'IDP_BUTTON_ICON'
  const providers = useCognito('ListIdentityProviders', { UserPoolId, MaxResults: 60 }, { enabled: isIcon }).data
    ?.Providers
  const add = async ([file]: File[]) => {
    if (!file) return
    const name = { Category: category, ColorMode: mode, ...(isIcon && provider && { ResourceId: provider }) }
    setFault(await addPicture(style, change, file, name))
  }
  return (
    <SpaceBetween size="m">
      <FormField label={t.category}>
        <Select
          expandToViewport
          selectedOption={{ value: category, label: t.categories[category] }}
          options={categories.map((value) => ({ value, label: t.categories[value] }))}
          onChange={({ detail }) => setCategory(detail.selectedOption.value as Category)}
        />
      </FormField>
      <FormField label={t.mode}>
        <Select
          expandToViewport
          selectedOption={{ value: mode, label: t.modes[mode] }}
          options={(Object.keys(t.modes) as Mode[]).map((value) => ({ value, label: t.modes[value] }))}
          onChange={({ detail }) => setMode(detail.selectedOption.value as Mode)}
        />
      </FormField>
      {isIcon ? (
        <FormField label={t.provider}>
          <Select
            expandToViewport
            placeholder={texts.common.choose}
            selectedOption={provider === undefined ? null : { value: provider, label: provider }}
            options={(providers ?? []).map(({ ProviderName }) => ({ value: ProviderName!, label: ProviderName }))}
            onChange={({ detail }) => setProvider(detail.selectedOption.value)}
          />
        </FormField>
      ) : null}
      <FormField errorText={fault}>
        <PictureDrop hint={t.addPicture} label={t.categories[category]} onChoose={(files) => void add(files)} />
      </FormField>
    </SpaceBetween>
  )
}
