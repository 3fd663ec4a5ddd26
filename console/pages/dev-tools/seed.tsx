import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { control } from '../../api/control.ts'
import { queryClient } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { FileField } from '../../ui/file-field.tsx'
import { Part } from '../../ui/part.tsx'
import { useAction } from '../../ui/use-action.ts'

const t = texts.devTools

/** Applies a seed, and begins anew. */
export function Seed() {
  const [isDeleting, setDeleting] = useState(false)
  const [run, busy] = useAction()
  const apply = (file: File) =>
    run(async () => {
      await control('POST', '/_poolhouse/seed', parse(await file.text()))
      await queryClient.invalidateQueries()
    }, t.seeded(file.name))
  const deleteAll = async () => {
    const { deleted } = await control<{ deleted: number }>('POST', '/_poolhouse/reset', {})
    await queryClient.invalidateQueries()
    flashSuccess(t.deleted(deleted))
  }
  return (
    <Part title={t.seed} lead={t.seedLead} actions={<Button onClick={() => setDeleting(true)}>{t.delete}</Button>}>
      <FileField
        label={t.seedFile}
        hint={busy ? texts.common.loading : t.seedHint}
        choose={t.chooseSeed}
        accept=".json,application/json"
        onChoose={(file) => void apply(file)}
      />
      {isDeleting ? (
        <Confirm
          title={`${t.delete}?`}
          action={t.delete}
          typed={t.deleteName}
          onConfirm={deleteAll}
          onClose={() => setDeleting(false)}
        >
          {t.deleteLead}
        </Confirm>
      ) : null}
    </Part>
  )
}

function parse(text: string): object {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ApiError('Unreadable', texts.common.notJson((error as Error).message))
  }
}
