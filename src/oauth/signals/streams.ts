import type { Context } from '../../context.ts'
import { uuidv4 } from '../../lib/ids.ts'
import type { Owner } from '../../pool/clients/owner.ts'
import { isSent, streamHeaderSeal } from '../../pool/notices/event-stream.ts'
import {
  deleteStream,
  findStreamOfClient,
  insertStream,
  lockStream,
  rescheduleWaiting,
  type StreamRow,
  updateStream,
} from '../../pool/notices/stream-store.ts'
import type { Members } from './body.ts'
import { type Call, requireStream, unknownStream } from './receiver.ts'
import { SignalsError } from './signals-error.ts'
import { checkSupplied, readSettings, streamView } from './stream-settings.ts'

/** GET: the client's stream by its id, or a list of the one that it may have. */
export async function readStreams({ ctx, owner, query }: Call) {
  const id = query.get('stream_id')
  if (id !== null) return { status: 200, body: streamView(ctx, owner, await requireStream(ctx, owner, id)) }
  const stream = await findStreamOfClient(ctx.db, owner.pool.id, owner.client.id)
  return { status: 200, body: stream ? [streamView(ctx, owner, stream)] : [] }
}

/** POST */
export async function createStream({ ctx, owner, members }: Call) {
  const { pool, client } = owner
  const { settings, header } = readSettings(ctx, members)
  const now = ctx.clock.now()
  const id = uuidv4()
  const row: StreamRow = {
    pool_id: pool.id,
    id,
    client_id: client.id,
    settings,
    header_sealed: sealed(ctx, owner, id, header),
    status: 'enabled',
    status_reason: null,
    verified_at: null,
    created_at: now,
    updated_at: now,
  }
  if (!(await insertStream(ctx.db, row)))
    throw new SignalsError(409, 'invalid_request', 'The client has a stream already.')
  return { status: 201, body: streamView(ctx, owner, row) }
}

/** PUT: what is left out goes back to its default. */
export async function replaceStream({ ctx, owner, members }: Call) {
  const { id } = await requireStream(ctx, owner, members.stream_id)
  const { settings, header } = readSettings(ctx, members)
  return changeStream(ctx, owner, id, members, () => ({ settings, header_sealed: sealed(ctx, owner, id, header) }))
}

/** PATCH: what is left out stays. A new address for pushes gets no header that was meant for the old one. */
export async function patchStream({ ctx, owner, members }: Call) {
  const { id } = await requireStream(ctx, owner, members.stream_id)
  const { settings, header } = readSettings(ctx, members)
  return changeStream(ctx, owner, id, members, (stream) => {
    const { method, endpointUrl, eventsRequested, description } = stream.settings
    return {
      settings: {
        ...settings,
        ...(members.delivery === undefined && { method, endpointUrl }),
        ...(members.events_requested === undefined && { eventsRequested }),
        ...(members.description === undefined && { description }),
      },
      header_sealed: members.delivery === undefined ? stream.header_sealed : sealed(ctx, owner, id, header),
    }
  })
}

async function changeStream(
  ctx: Context,
  owner: Owner,
  id: string,
  members: Members,
  changesOf: (stream: StreamRow) => Pick<StreamRow, 'settings' | 'header_sealed'>,
) {
  const { pool } = owner
  const changed = await ctx.db.transaction().execute(async (trx) => {
    const stream = await lockStream(trx, pool.id, id)
    if (!stream) throw unknownStream()
    checkSupplied(members, streamView(ctx, owner, stream))
    const row = (await updateStream(trx, pool.id, id, { ...changesOf(stream), updated_at: ctx.clock.now() }))!
    if (isSent(row) !== isSent(stream)) await rescheduleWaiting(trx, pool.id, id, isSent(row))
    return row
  })
  return { status: 200, body: streamView(ctx, owner, changed) }
}

/** DELETE */
export async function removeStream({ ctx, owner, query }: Call) {
  const { id } = await requireStream(ctx, owner, query.get('stream_id'))
  await ctx.db.transaction().execute((trx) => deleteStream(trx, owner.pool.id, id))
  return { status: 204 }
}

const sealed = (ctx: Context, { pool }: Owner, id: string, header: string | undefined): Buffer | null =>
  header === undefined ? null : ctx.keyring.seal(header, streamHeaderSeal(pool.id, id))
