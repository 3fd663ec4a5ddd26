import FormField from '@cloudscape-design/components/form-field'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { texts } from '../../texts/texts.ts'
import { ColorField } from '../../ui/color-field.tsx'
import { Choice, Quantity, Toggle } from '../../ui/fields.tsx'
import { useReadOnly } from '../../ui/read-only.tsx'
import { addPicture } from './add-picture.ts'
import { PictureDrop } from './picture-drop.tsx'
import { effectiveValue, type Style } from './style.ts'
import type { EditorProps } from './style-editor.tsx'
import { brandColored, withValue } from './tree.ts'

const t = texts.branding
const modes = ['lightMode', 'darkMode'] as const

const radii = [
  'componentClasses.buttons.borderRadius',
  'componentClasses.input.borderRadius',
  'componentClasses.dropDown.borderRadius',
  'components.form.borderRadius',
  'components.alert.borderRadius',
]

/** What most brands need, each a few settings at once. */
export function Essentials({ style, change }: EditorProps) {
  const set = (path: string, value: unknown) => change({ settings: withValue(style.settings, path, value) })
  const at = (path: string) => effectiveValue(style, path)
  const colorMode = String(at('categories.global.colorSchemeMode')) as keyof typeof t.colorModes
  return (
    <SpaceBetween size="m">
      <Choice
        label={t.colorMode}
        options={t.colorModes}
        value={colorMode}
        onChange={(mode) => set('categories.global.colorSchemeMode', mode)}
      />
      {modes.map((mode) => (
        <ColorField
          key={mode}
          label={t.brandColor[mode]}
          hint={t.brandColorHint}
          value={String(at(`components.primaryButton.${mode}.defaults.backgroundColor`))}
          onChange={(color) => change({ settings: brandColored(style.settings, mode, color) })}
        />
      ))}
      {modes.map((mode) => (
        <ColorField
          key={mode}
          label={t.background[mode]}
          value={String(at(`components.pageBackground.${mode}.color`))}
          onChange={(color) => set(`components.pageBackground.${mode}.color`, color)}
        />
      ))}
      <Toggle
        label={t.backgroundPicture}
        value={at('components.pageBackground.image.enabled') === true}
        onChange={(on) => set('components.pageBackground.image.enabled', on)}
      />
      <Quantity
        label={t.radius}
        value={Number(at(radii[0]!))}
        onChange={(radius) => {
          if (!Number.isFinite(radius) || radius < 0 || radius > 1000) return
          change({ settings: radii.reduce((tree, path) => withValue(tree, path, radius), style.settings) })
        }}
      />
      {useReadOnly() ? null : <Logo style={style} change={change} />}
    </SpaceBetween>
  )
}

function Logo({ style, change }: { style: Style; change: EditorProps['change'] }) {
  const [fault, setFault] = useState<string>()
  const add = async ([file]: File[]) =>
    file && setFault(await addPicture(style, change, file, { Category: 'FORM_LOGO', ColorMode: 'DYNAMIC' }))
  return (
    <FormField label={t.logo} errorText={fault}>
      <PictureDrop hint={t.logoHint} label={t.logo} onChoose={(files) => void add(files)} />
    </FormField>
  )
}
