import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { cognito } from '../../api/call.ts'
import type { PoolType } from '../../api/merge.ts'
import { flashError, flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Part } from '../../ui/part.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { type Progress, runExport, stopExport, useExported } from './running-exports.ts'
import { kinds, type User } from './user-files.ts'

const t = texts.transfer

/** All users, page by page, into one file. */
export function ExportUsers({ pool }: { pool: PoolType }) {
  const count = useExported(pool.Id!)
  const exportAs = (kind: keyof typeof kinds) =>
    runExport(pool.Id!, async (progress) => {
      const { CSVHeader = [] } = await cognito('GetCSVHeader', { UserPoolId: pool.Id! })
      const { suffix, type, writer } = kinds[kind]
      const write = writer(pool, CSVHeader)
      const total = await readUsers(pool.Id!, write.add, progress)
      if (total === undefined) return
      saveFile(`${pool.Id}-users${suffix}`, write.end(), type)
      flashSuccess(t.exported(total))
    }).catch(flashError)
  return (
    <Part
      title={t.users}
      lead={t.usersLead}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          {(Object.keys(kinds) as (keyof typeof kinds)[]).map((kind) => (
            <Button key={kind} disabled={count !== undefined} onClick={() => void exportAs(kind)}>
              {t.kinds[kind]}
            </Button>
          ))}
        </SpaceBetween>
      }
    >
      {count === undefined ? (
        <div className="quiet">{t.kindsHint}</div>
      ) : (
        <SpaceBetween direction="horizontal" size="s">
          <StatusIndicator type="in-progress">{t.exporting(count)}</StatusIndicator>
          <Button variant="inline-link" onClick={() => stopExport(pool.Id!)}>
            {t.cancel}
          </Button>
        </SpaceBetween>
      )}
    </Part>
  )
}

/** How many there were; undefined if it was stopped. */
async function readUsers(
  UserPoolId: string,
  add: (user: User) => void,
  { report, isStopped }: Progress,
): Promise<number | undefined> {
  let count = 0
  let PaginationToken: string | undefined
  do {
    const page = await cognito('ListUsers', { UserPoolId, Limit: 60, PaginationToken })
    for (const user of page.Users ?? []) add(user)
    count += page.Users?.length ?? 0
    report(count)
    PaginationToken = page.PaginationToken
    if (isStopped()) return undefined
  } while (PaginationToken !== undefined)
  return count
}
