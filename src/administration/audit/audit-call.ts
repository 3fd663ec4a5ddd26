/**
 * Records a signed call. Before a change an *intent* is written, and after it the record in its place; neither waits for
 * the disk, and neither has to: the log of the database is written in order, so that no change is on the disk without
 * the intent before it. An intent that stays is turned into a record of an interrupted call; see close-intents.
 */
import { randomUUID } from 'node:crypto'
import type { Context } from '../../context.ts'
import { foldCase } from '../../lib/fold.ts'
import { ServiceError } from '../../model/errors.ts'
import { findSubjects, insertIntent } from './audit-store.ts'
import { type AuditedCall, auditRecord, type Event, isReadOnly, type Outcome, requestParameters } from './record.ts'
import { writeRecord } from './write-record.ts'

export interface Audit {
  /** Before the handler, with its validated input. */
  begin(input: object): Promise<void>
  /** The handler has answered. */
  end(output: unknown): Promise<void>
  /** The call was refused, before or after it began. */
  fail(error: unknown): Promise<void>
}

/** What users do through a backend: their sign-ins are events of their own, and must stay as fast as others. */
const signIns = new Set(['AdminInitiateAuth', 'AdminRespondToAuthChallenge'])

/** Refusals of the rate are not recorded: they are there to spare the database. */
const unrecorded = new Set(['TooManyRequestsException'])

export function auditCall(ctx: Context, call: AuditedCall): Audit {
  const { name } = call.operation
  const isWanted = ctx.config.auditReads || !(isReadOnly(name) || signIns.has(name))
  const event: Event = { id: randomUUID(), time: ctx.clock.now(), call }
  let chain: string | undefined
  let isDone = false

  async function write(outcome: Outcome): Promise<void> {
    isDone = true
    const record = auditRecord(ctx.config, event, outcome)
    await writeRecord(ctx, {
      ...storedEvent(event, record),
      chain,
      poolId: call.poolId,
      userSub: event.userSub,
      errorCode: 'error' in outcome ? outcome.error.type : undefined,
    })
  }

  return {
    async begin(input) {
      if (!isWanted) return
      event.parameters = requestParameters(call.operation, input)
      const subjects = { poolId: call.poolId, userNames: userNamesOf(input) }
      const found = isReadOnly(call.operation.name)
        ? await findSubjects(ctx.db, subjects)
        : await insertIntent(ctx.db, storedEvent(event, auditRecord(ctx.config, event)), subjects)
      chain = found.chain
      event.userSub = found.userSub ?? undefined
    },
    async end(output) {
      if (!isWanted) return
      event.userSub ??= subOf(output)
      await write({ output })
    },
    async fail(error) {
      if (isDone) return
      const known = error instanceof ServiceError
      if (known && unrecorded.has(error.type) && chain === undefined) return
      const isDenied = known && error.type === 'AccessDeniedException'
      if (!isWanted && !isDenied) return
      // The text of other errors may tell what people are called.
      const type = known ? error.type : 'InternalErrorException'
      await write({ error: { type, ...(isDenied && { message: error.message }) } }).catch((failure) =>
        ctx.log.error({ err: failure, eventId: event.id }, 'a refusal could not be recorded'),
      )
    },
  }
}

const storedEvent = ({ id, time, call }: Event, record: string) => ({
  eventId: id,
  eventTime: time,
  eventName: call.operation.name,
  principal: call.principal.arn,
  record,
})

function userNamesOf({ Username: name }: { Username?: unknown }): readonly [string, string] | undefined {
  return typeof name === 'string' ? [name, foldCase(name)] : undefined
}

/** Of a user who was created by the call. */
function subOf(output: unknown): string | undefined {
  const { User } = (output ?? {}) as { User?: { Attributes?: { Name?: string; Value?: string }[] } }
  return User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value
}
