import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { texts } from '../../texts/texts.ts'
import { ColorField } from '../../ui/color-field.tsx'
import { Quantity, Text, Toggle } from '../../ui/fields.tsx'
import { effectiveValue } from './style.ts'
import type { EditorProps } from './style-editor.tsx'
import { defaults, isColor, leavesOf, valueAt, withValue, wordsOf } from './tree.ts'

const t = texts.branding

/** Lists and what is named after providers are edited as a document. */
const paths = leavesOf(defaults).filter((path) => typeof valueAt(defaults, path) !== 'object')

/** `components.primaryButton` of all of its settings. */
const groupOf = (path: string) => path.split('.').slice(0, 2).join('.')
const groups = Map.groupBy(paths, groupOf)

export function EverySetting(editor: EditorProps) {
  const [wanted, setWanted] = useState('')
  const words = wanted.toLowerCase().split(/\s+/)
  const isFound = (path: string) => words.every((word) => wordsOf(path).toLowerCase().includes(word))
  const found = [...groups]
    .map(([group, all]) => [group, all.filter(isFound)] as const)
    .filter(([, all]) => all.length > 0)
  return (
    <SpaceBetween size="s">
      <Input
        type="search"
        value={wanted}
        ariaLabel={t.find}
        placeholder={t.find}
        clearAriaLabel={texts.common.clear}
        onChange={({ detail }) => setWanted(detail.value)}
      />
      {found.length === 0 ? <div className="quiet">{t.noneFound}</div> : null}
      {found.map(([group, all]) => (
        <Group key={group} group={group} paths={all} isOpen={wanted.trim() !== '' && found.length < 6} {...editor} />
      ))}
    </SpaceBetween>
  )
}

interface GroupProps extends EditorProps {
  group: string
  paths: string[]
  isOpen: boolean
}

/** What is closed is not drawn: there are hundreds of settings. */
function Group({ group, paths: all, isOpen, style, change }: GroupProps) {
  const [opened, setOpened] = useState<boolean>()
  const expanded = opened ?? isOpen
  return (
    <ExpandableSection
      headerText={wordsOf(group.split('.')[1]!)}
      expanded={expanded}
      onChange={({ detail }) => setOpened(detail.expanded)}
    >
      {expanded ? (
        <SpaceBetween size="s">
          {all.map((path) => (
            <Setting
              key={path}
              path={path}
              value={effectiveValue(style, path)}
              onChange={(value) => change({ settings: withValue(style.settings, path, value) })}
            />
          ))}
        </SpaceBetween>
      ) : null}
    </ExpandableSection>
  )
}

function Setting({ path, value, onChange }: { path: string; value: unknown; onChange(value: unknown): void }) {
  const label = wordsOf(path.split('.').slice(2).join('.'))
  if (isColor(value)) return <ColorField label={label} value={value} onChange={onChange} />
  if (typeof value === 'boolean') return <Toggle label={label} value={value} onChange={onChange} />
  if (typeof value === 'number')
    return <Quantity label={label} value={value} onChange={(number) => Number.isFinite(number) && onChange(number)} />
  return <Text label={label} value={String(value)} onChange={(text) => onChange(text.toUpperCase())} />
}
