import Button from '@cloudscape-design/components/button'
import type { PoolType } from '../../api/merge.ts'
import { holdTab } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Part } from '../../ui/part.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { useAction } from '../../ui/use-action.ts'
import { readPoolFile } from './pool-file.ts'

const t = texts.transfer

export function ExportPool({ pool }: { pool: PoolType }) {
  const [run, busy] = useAction()
  const save = async () => {
    const file = await holdTab(() => readPoolFile(pool.Id!))
    saveFile(`${pool.Id}.json`, JSON.stringify(file, null, 2), 'application/json')
  }
  return (
    <Part
      title={t.pool}
      lead={t.poolLead}
      actions={
        <Button loading={busy} onClick={() => void run(save, t.poolExported)}>
          {t.exportPool}
        </Button>
      }
    >
      {null}
    </Part>
  )
}
