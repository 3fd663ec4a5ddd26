import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { cognito } from '../../api/call.ts'
import type { PoolType } from '../../api/merge.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { flashError, flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Part } from '../../ui/part.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { csvLine } from './csv.ts'
import { type Progress, runExport, stopExport, useExported } from './running-exports.ts'

const t = texts.transfer

type User = NonNullable<CognitoOutput<'ListUsers'>['Users']>[number]

/** All users, page by page, into one file. */
export function ExportUsers({ pool }: { pool: PoolType }) {
  const count = useExported(pool.Id!)
  const exportAs = (kind: 'csv' | 'json') =>
    runExport(pool.Id!, async (progress) => {
      const write = kind === 'csv' ? await csvWriter(pool.Id!) : jsonWriter()
      const total = await readUsers(pool.Id!, write.add, progress)
      if (total === undefined) return
      saveFile(`${pool.Id}-users.${kind}`, write.end(), kind === 'csv' ? 'text/csv' : 'application/json')
      flashSuccess(t.exported(total))
    }).catch(flashError)
  return (
    <Part
      title={t.users}
      lead={t.usersLead}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button disabled={count !== undefined} onClick={() => void exportAs('csv')}>
            {t.csv}
          </Button>
          <Button disabled={count !== undefined} onClick={() => void exportAs('json')}>
            {t.json}
          </Button>
        </SpaceBetween>
      }
    >
      {count === undefined ? (
        <div className="quiet">{t.csvHint}</div>
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

interface Writer {
  add(user: User): void
  end(): string
}

async function csvWriter(UserPoolId: string): Promise<Writer> {
  const { CSVHeader = [] } = await cognito('GetCSVHeader', { UserPoolId })
  const columns = CSVHeader.filter((column) => column !== 'password_hash')
  const lines = [csvLine(columns)]
  return {
    add: (user) => lines.push(csvLine(columns.map((column) => columnOf(user, column)))),
    end: () => lines.join(''),
  }
}

function columnOf({ Username, Attributes = [], MFAOptions }: User, column: string): string {
  const value = Attributes.find(({ Name }) => Name === column)?.Value
  if (column === 'cognito:username') return Username!
  if (column === 'cognito:mfa_enabled') return String((MFAOptions ?? []).length > 0)
  // Imports want to be told, yes or no.
  return value ?? (column.endsWith('_verified') ? 'false' : '')
}

function jsonWriter(): Writer {
  const users: User[] = []
  return { add: (user) => users.push(user), end: () => JSON.stringify(users, null, 2) }
}
