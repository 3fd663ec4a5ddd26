import { setTimeout as sleep } from 'node:timers/promises'
import { type Admin, type AuditEvent, createAdmin } from '../admin/index.ts'
import { caller } from './caller.ts'
import { dateOf, inWords, onlyOptions, type Print, printable } from './form.ts'

const options = {
  json: { type: 'boolean' },
  follow: { type: 'boolean' },
  pool: { type: 'string' },
  from: { type: 'string' },
} as const

const pause = 2000

interface Means {
  print?: Print
  /** Stops --follow. */
  signal?: AbortSignal
}

/** Prints what administrators and operators do, oldest first; with --follow, as it happens. */
export async function logs(args: string[], { print = console.log, signal }: Means = {}): Promise<void> {
  const values = onlyOptions('logs', options, args)
  const admin = createAdmin(await caller())
  const shown = new Set<string>()
  let from = values.from === undefined ? new Date(Date.now() - 3_600_000) : dateOf(values.from)
  for (;;) {
    const events = await inWords(eventsSince(admin, from, values.pool))
    for (const event of events.filter(({ EventId }) => !shown.has(EventId))) {
      print(values.json ? event.CloudTrailEvent : lineOf(event))
      shown.add(event.EventId)
    }
    if (!values.follow || signal?.aborted) return
    // Records within one second may arrive in any order.
    const newest = events.at(-1)?.EventTime
    if (newest) from = new Date(newest.getTime() - 10_000)
    for (const id of [...shown].slice(0, Math.max(0, shown.size - 10_000))) shown.delete(id)
    await sleep(pause, undefined, { signal }).catch(() => undefined)
  }
}

async function eventsSince(admin: Admin, StartTime: Date, UserPoolId: string | undefined): Promise<AuditEvent[]> {
  const events: AuditEvent[] = []
  let NextToken: string | undefined
  do {
    const page = await admin.lookupEvents({ StartTime, UserPoolId, NextToken })
    events.push(...page.Events)
    NextToken = page.NextToken
  } while (NextToken)
  return events.reverse()
}

function lineOf({ EventTime, EventName, Principal, ErrorCode, CloudTrailEvent }: AuditEvent): string {
  const { sourceIPAddress, requestParameters } = JSON.parse(CloudTrailEvent)
  const { userPoolId, username } = requestParameters ?? {}
  const about = [userPoolId, username].filter((part) => typeof part === 'string').join(' ')
  const cells = [
    `${EventTime.toISOString().slice(0, 19)}Z`,
    EventName.padEnd(28),
    Principal,
    sourceIPAddress,
    about,
    ErrorCode,
  ]
  return printable(cells.filter(Boolean).join('  '))
}
