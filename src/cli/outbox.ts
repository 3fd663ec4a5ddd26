import { listUndelivered, requeueDead, type Undelivered } from '../delivery/outbox-store.ts'
import { databaseTime } from '../store/database-time.ts'
import { StartError } from './run.ts'
import { UsageError } from './usage-error.ts'
import { withDatabase } from './with-database.ts'

const most = 1000

/** Messages that could not be delivered, for operators. Shows neither their content nor the recipients' addresses. */
export async function outbox([command, ...ids]: string[], use = withDatabase, print = console.log): Promise<void> {
  if (command === 'list' && ids.length === 0) return print(await list(use))
  if (command === 'retry' && ids.length > 0) return print(await retry(ids, use))
  throw new UsageError('Say `poolhouse outbox list`, `poolhouse outbox retry ID…` or `poolhouse outbox retry all`.')
}

async function list(use: typeof withDatabase): Promise<string> {
  const rows = await use(async (db) => listUndelivered(db, new Date(await databaseTime(db)), most))
  if (rows.length === 0) return 'No message is undelivered.'
  const lines = [titles, ...rows.map(cells)].map((line) => line.join('  ').trimEnd())
  return [...lines, ...(rows.length === most ? [`These are the newest ${most}.`] : [])].join('\n')
}

const columns: [title: string, width: number, cell: (row: Undelivered) => string][] = [
  ['ID', 36, ({ id }) => id],
  ['STATE', 7, ({ state, retryable }) => (state === 'queued' ? 'waiting' : retryable ? 'dead' : 'expired')],
  ['MEDIUM', 6, ({ medium }) => medium],
  ['KIND', 19, ({ kind }) => kind],
  ['POOL', 19, ({ pool_id }) => pool_id],
  ['USER', 36, ({ user_id }) => user_id ?? '-'],
  ['TRIES', 5, ({ attempts }) => String(attempts)],
  ['GOOD UNTIL', 20, ({ expires_at }) => `${expires_at.toISOString().slice(0, 19)}Z`],
  ['WHY', 0, ({ last_error }) => last_error ?? '-'],
]

const titles = columns.map(([title, width]) => title.padEnd(width))
const cells = (row: Undelivered) => columns.map(([, width, cell]) => cell(row).padEnd(width))

async function retry(ids: string[], use: typeof withDatabase): Promise<string> {
  const all = ids.length === 1 && ids[0] === 'all'
  const wrong = all ? undefined : ids.find((id) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
  if (wrong !== undefined) throw new UsageError(`${wrong} is not the id of a message.`)
  const wanted = new Set(ids.map((id) => id.toLowerCase()))
  const again = await use(async (db) =>
    requeueDead(db, all ? undefined : [...wanted], new Date(await databaseTime(db))),
  )

  const done = `${again.length} ${again.length === 1 ? 'message is' : 'messages are'} under way again.`
  const left = all ? [] : [...wanted].filter((id) => !again.includes(id))
  if (left.length > 0)
    throw new StartError(`${done} Not dead, expired, or not there: ${left.join(', ')}. See \`poolhouse outbox list\`.`)
  return done
}
