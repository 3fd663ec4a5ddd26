import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { texts } from '../../texts/texts.ts'
import { LongText } from '../../ui/fields.tsx'
import { FileField } from '../../ui/file-field.tsx'
import { saveFile } from '../../ui/save-file.ts'
import type { Picture } from './pictures.ts'
import { type AppKey, maxRequest } from './style.ts'
import type { EditorProps } from './style-editor.tsx'
import { isTree, type Tree } from './tree.ts'

const t = texts.branding

/** The style as JSON, which other pools and installations take. */
export function StyleDocument({ appKey, style, change }: EditorProps & { appKey: AppKey }) {
  const [typed, setTyped] = useState<string>()
  const [fault, setFault] = useState<string>()
  const type = (text: string) => {
    const tree = parsed(text)
    setTyped(tree ? undefined : text)
    if (tree) change({ settings: tree })
  }
  const exported = { ...appKey, Settings: style.settings, Assets: style.pictures }
  const load = async (file: File) => {
    const document = file.size > maxRequest ? undefined : parsed(await file.text())
    const settings = document?.Settings
    const pictures = document?.Assets ?? []
    const isStyle = isTree(settings) && Array.isArray(pictures)
    setFault(isStyle ? undefined : t.importFault)
    if (isStyle) change({ settings, pictures: pictures as Picture[] })
  }
  return (
    <SpaceBetween size="s">
      <LongText
        label={t.document}
        rows={14}
        fault={typed === undefined ? undefined : t.badDocument}
        value={typed ?? JSON.stringify(style.settings, null, 2)}
        onChange={type}
      />
      <Button onClick={() => saveFile('branding.json', JSON.stringify(exported, null, 2), 'application/json')}>
        {t.export}
      </Button>
      <FileField
        label={t.import}
        choose={texts.common.chooseFile}
        accept=".json,application/json"
        fault={fault}
        onChoose={(file) => void load(file)}
      />
    </SpaceBetween>
  )
}

function parsed(text: string): Tree | undefined {
  try {
    const value = JSON.parse(text)
    return isTree(value) ? value : undefined
  } catch {
    return undefined
  }
}
