import { type Access, allOperations, type OperationName, poolhouseService } from './model.ts'
import { notes } from './notes.ts'
import { ownNotes } from './own-notes.ts'

const authorisedBy: Record<Access, string> = {
  iam: 'signature',
  accessToken: 'access token',
  'accessToken|session': 'access token or session',
  public: 'client id',
  refreshToken: 'refresh token',
  clientSecret: 'client secret',
  feedbackToken: 'feedback token',
}

/** The table of our own operations; every one of them is signed. */
export function ownOperationsTable(): string {
  const rows = poolhouseService.operations.map(({ name }) => `| ${name} | ${ownNotes[name]} |`)
  return ['| operation | what it does |', '|---|---|', ...rows].join('\n')
}

/** The README's table of operations in Markdown: how a call is authorized, and whether it is implemented. */
export function operationsTable(handlers: Readonly<Partial<Record<OperationName, unknown>>>): string {
  const rows = allOperations.map(
    ({ name, access }) => `| ${name} | ${authorisedBy[access]} | ${handlers[name] ? 'yes' : 'no'} | ${notes[name]} |`,
  )
  return ['| operation | authorised by | answered | what it does |', '|---|---|---|---|', ...rows].join('\n')
}
