import { type StreamStatus, streamStatuses } from '../../model/event-stream.ts'
import { addVerification, changeStatus } from '../../pool/notices/event-stream.ts'
import { claimVerification, type StreamRow } from '../../pool/notices/stream-store.ts'
import { textIn } from './body.ts'
import { type Answer, type Call, requireStream, unknownStream } from './receiver.ts'
import { invalidRequest, SignalsError } from './signals-error.ts'
import { verificationInterval } from './stream-settings.ts'

const statusView = ({ id, status, status_reason }: StreamRow) => ({
  stream_id: id,
  status,
  reason: status_reason ?? undefined,
})

/** GET */
export async function readStatus({ ctx, owner, query }: Call): Promise<Answer> {
  refuseSubject(query.has('subject'))
  return { status: 200, body: statusView(await requireStream(ctx, owner, query.get('stream_id'))) }
}

/** POST */
export async function updateStatus({ ctx, owner, members }: Call): Promise<Answer> {
  const { id } = await requireStream(ctx, owner, members.stream_id)
  refuseSubject(members.subject !== undefined)
  const { status } = members
  if (!isStatus(status)) throw invalidRequest(`status must be one of ${streamStatuses.join(', ')}.`)
  const reason = textIn(members, 'reason', 1024)
  const stream = await ctx.db
    .transaction()
    .execute((trx) => changeStatus(ctx, trx, owner.pool.id, id, { status, reason }))
  if (!stream) throw unknownStream()
  return { status: 200, body: statusView(stream) }
}

const isStatus = (status: unknown): status is StreamStatus => streamStatuses.includes(status as StreamStatus)

/** A stream is about every user of the pool, so no single one has a status. */
function refuseSubject(isNamed: boolean): void {
  if (isNamed) throw new SignalsError(404, 'invalid_request', 'A stream has one status for all subjects.')
}

/** POST: an event over the stream, by which its receiver sees that the stream works. */
export async function verify({ ctx, owner, members }: Call): Promise<Answer> {
  const stream = await requireStream(ctx, owner, members.stream_id)
  const state = textIn(members, 'state', 1024)
  if (stream.status === 'disabled') throw invalidRequest('The stream is disabled.')
  const now = ctx.clock.now()
  const before = new Date(now.getTime() - verificationInterval * 1000)
  if (!(await claimVerification(ctx.db, { poolId: owner.pool.id, id: stream.id, now, before })))
    throw new SignalsError(
      429,
      'too_many_requests',
      `A stream is verified every ${verificationInterval} seconds at most.`,
    )
  await addVerification(ctx, owner.pool.id, stream, state)
  return { status: 204 }
}
