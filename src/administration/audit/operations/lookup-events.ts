import { cutPage, decodeCursor, encodeCursor } from '../../../store/page.ts'
import { readRecent } from '../../../store/read-replica.ts'
import type { OwnHandler } from '../../handler.ts'
import { flushRecords } from '../record-queue.ts'
import { findRecords } from '../record-store.ts'

export const lookupEvents: OwnHandler<'LookupEvents'> = async ({ MaxResults, NextToken, ...input }, ctx) => {
  await flushRecords(ctx)
  const filter = {
    chain: input.UserPoolId,
    eventName: input.EventName,
    principal: input.Principal,
    userSub: input.UserSub,
    errorCode: input.ErrorCode,
    startTime: input.StartTime,
    endTime: input.EndTime,
  }
  const scope = `LookupEvents ${JSON.stringify(filter)}`
  const position = decodeCursor(ctx, scope, NextToken) as [time: string, id: string] | undefined
  const before = position && { time: new Date(position[0]), id: position[1] }
  const limit = MaxResults ?? 50
  const rows = await readRecent(ctx, (db) => findRecords(db, filter, before, limit + 1))
  const { items, next } = cutPage(rows, limit, (row) => [row.eventTime.toISOString(), row.eventId])
  return {
    Events: items.map((row) => ({
      EventId: row.eventId,
      EventName: row.eventName,
      EventTime: row.eventTime,
      Principal: row.principal,
      ...(row.errorCode !== null && { ErrorCode: row.errorCode }),
      CloudTrailEvent: row.record,
    })),
    NextToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}
