/**
 * Records a signed call. Its first change takes a *note* of it along, in one transaction: no change is in the database
 * without its note, and no note costs a statement or a commit of its own. Once the outcome is known the record takes the
 * place of the note, together with those of other calls; see record-queue. A note that stays is turned into the record of
 * an interrupted call; see close-intents. A call that changed nothing, or was refused, is recorded before it is answered.
 */
import { randomUUID } from 'node:crypto'
import type { Context, Db } from '../../context.ts'
import { foldCase } from '../../lib/fold.ts'
import { remembered } from '../../lib/memory.ts'
import { ServiceError } from '../../model/errors.ts'
import { hasCitus } from '../../store/distribute.ts'
import type { Note } from '../../store/noted.ts'
import { intentInsertion } from './intent-store.ts'
import {
  type AuditedCall,
  completeRecord,
  type Event,
  isReadOnly,
  type Outcome,
  openRecord,
  requestParameters,
} from './record.ts'
import { queueRecord } from './record-queue.ts'
import { findChain, findSubjects, installationChain, noteChainOf } from './subject-store.ts'
import { writeRecord } from './write-record.ts'

export interface Audit {
  /** Before the handler, with its validated input. What it answers is the database that the handler must write to. */
  begin(input: object): Promise<Db | undefined>
  /** The handler has answered. */
  end(output: unknown): Promise<void>
  /** The call was refused, before or after it began. */
  fail(error: unknown): Promise<void>
}

/** What users do through a backend: their sign-ins are events of their own, and must stay as fast as others. */
const signIns = new Set(['AdminInitiateAuth', 'AdminRespondToAuthChallenge'])

/** Refusals of the rate are not recorded: they are there to spare the database. */
const unrecorded = new Set(['TooManyRequestsException'])

/** Citus runs no statement that writes to two tables as a note and a change do: there, the note goes ahead. */
const isDistributed = remembered((): { known?: boolean } => ({}))

export function auditCall(ctx: Context, call: AuditedCall): Audit {
  const { name } = call.operation
  const isWanted = ctx.config.auditReads || !(isReadOnly(name) || signIns.has(name))
  const event: Event = { id: randomUUID(), time: ctx.clock.now(), call }
  const { poolId } = call
  let userNames: readonly [string, string] | undefined
  let open: string | undefined
  let note: Note | undefined
  let isDone = false

  const stored = () => ({
    eventId: event.id,
    eventTime: event.time,
    eventName: name,
    principal: call.principal.arn,
  })

  async function write(outcome: Outcome): Promise<void> {
    isDone = true
    open ??= openRecord(ctx.config, event)
    const errorCode = 'error' in outcome ? outcome.error.type : undefined
    const told = 'output' in outcome ? subOf(outcome.output) : undefined
    if (note?.isCommitted) {
      // What a call has changed is there, and so is its pool.
      const chain = errorCode === undefined ? (poolId ?? installationChain) : await findChain(ctx.db, poolId)
      const noteChain = noteChainOf(poolId)
      const { operation } = call
      return queueRecord(ctx, { ...stored(), chain, noteChain, operation, open, outcome, userSub: told, errorCode })
    }
    const found = await findSubjects(ctx.db, { poolId, userNames })
    const userSub = told ?? found.userSub ?? undefined
    const record = completeRecord(open, call.operation, outcome, userSub)
    const noteChain = noteChainOf(poolId)
    await writeRecord(ctx, { ...stored(), record, chain: found.chain, noteChain, poolId, userSub, errorCode })
  }

  return {
    async begin(input) {
      if (!isWanted) return
      event.parameters = requestParameters(call.operation, input)
      userNames = userNamesOf(input)
      if (isReadOnly(name)) return
      open = openRecord(ctx.config, event)
      const insertion = intentInsertion(ctx.db, { ...stored(), record: open }, { poolId, userNames })
      note = { insertion, isCommitted: false }
      const distributed = isDistributed(ctx)
      distributed.known ??= await hasCitus(ctx.db)
      if (!distributed.known) return ctx.dbNoting(note)
      await ctx.db.executeQuery(insertion)
      note.isCommitted = true
    },
    async end(output) {
      if (isWanted) await write({ output })
    },
    async fail(error) {
      if (isDone) return
      const known = error instanceof ServiceError
      if (known && unrecorded.has(error.type) && !note?.isCommitted) return
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

function userNamesOf({ Username: name }: { Username?: unknown }): readonly [string, string] | undefined {
  return typeof name === 'string' ? [name, foldCase(name)] : undefined
}

/** Of a user who was created by the call. */
function subOf(output: unknown): string | undefined {
  const { User } = (output ?? {}) as { User?: { Attributes?: { Name?: string; Value?: string }[] } }
  return User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value
}
