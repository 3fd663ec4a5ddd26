import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import type { StandardsPart } from '../../../src/model/extensions.ts'
import { useQuestionBeforeLeaving } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Part } from '../../ui/part.tsx'
import { SettingsFields, ViewOnly } from '../../ui/settings-fields.tsx'
import { useAction } from '../../ui/use-action.ts'
import { PartTable, type Standards } from './part-table.tsx'

interface Props {
  title: string
  lead?: string
  standards: Standards | undefined
  /** What holds where nothing is said: the pool's, for a client. */
  beneath?: (part: StandardsPart) => boolean
  mayEdit: boolean
  onSave(standards: Standards): Promise<unknown>
}

/** The switches of a pool or a client, saved together. */
export function Parts({ title, lead, standards: before = {}, beneath, mayEdit, onSave }: Props) {
  const [draft, setDraft] = useState(before)
  const [run, busy] = useAction()
  const isChanged = JSON.stringify(draft) !== JSON.stringify(before)
  useQuestionBeforeLeaving(isChanged ? texts.common.unsaved : undefined)
  return (
    <Part
      title={title}
      lead={lead}
      actions={
        mayEdit ? (
          <Button
            variant="primary"
            loading={busy}
            disabled={!isChanged}
            onClick={() => run(() => onSave(draft), texts.standards.saved)}
          >
            {texts.common.save}
          </Button>
        ) : (
          <ViewOnly />
        )
      }
    >
      <SettingsFields mayChange={mayEdit}>
        <PartTable standards={draft} {...(beneath && { beneath })} onChange={setDraft} />
      </SettingsFields>
    </Part>
  )
}
