/**
 * Records a signed call. Its first change stores a *note* of it in the same transaction: no change is in the database
 * without its note, and the note costs no statement or commit of its own. Once the outcome is known, the record
 * replaces the note, together with those of other calls; see record-queue. A note that stays becomes the record of an
 * interrupted call; see close-intents. A call that changed nothing, or was refused, is recorded before it is answered.
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
  /** Called before the handler, with its validated input. Returns the database that the handler must write to. */
  begin(input: object): Promise<Db | undefined>
  /** The handler has answered. */
  end(output: unknown): Promise<void>
  /** The call was refused, before or after it began. */
  fail(error: unknown): Promise<void>
}

/** Sign-ins of users through a backend: they are events of their own, and must stay as fast as other sign-ins. */
const signIns = new Set(['AdminInitiateAuth', 'AdminRespondToAuthChallenge'])

/** Rate limit refusals are not recorded, to spare the database. */
const unrecorded = new Set(['TooManyRequestsException'])

/** Citus can't write to two tables in one statement, as a note and a change do: there the note is written first. */
const isDistributed = remembered((): { known?: boolean } => ({}))

export function auditCall(ctx: Context, call: AuditedCall): Audit {
  const { name } = call.operation
  const isWanted = ctx.config.auditReads || !(isReadOnly(name) || signIns.has(name))
  const { poolId } = call
  let made: Event | undefined
  let userNames: readonly [string, string] | undefined
  let open: string | undefined
  let note: Note | undefined
  let isDone = false

  /** Made once it is needed: most reads leave no record. */
  function event(): Event {
    made ??= { id: randomUUID(), time: ctx.clock.now(), call }
    return made
  }

  const stored = () => ({
    eventId: event().id,
    eventTime: event().time,
    eventName: name,
    principal: call.principal.arn,
  })

  async function write(outcome: Outcome): Promise<void> {
    isDone = true
    open ??= openRecord(ctx.config, event())
    const errorCode = 'error' in outcome ? outcome.error.type : undefined
    const createdSub = 'output' in outcome ? subOf(outcome.output) : undefined
    if (note?.isCommitted) {
      // The call has changed something, so its pool exists.
      const chain = errorCode === undefined ? (poolId ?? installationChain) : await findChain(ctx.db, poolId)
      const noteChain = noteChainOf(poolId)
      const { operation } = call
      return queueRecord(ctx, {
        ...stored(),
        chain,
        noteChain,
        operation,
        open,
        outcome,
        userSub: createdSub,
        errorCode,
      })
    }
    const found = await findSubjects(ctx.db, { poolId, userNames })
    const userSub = createdSub ?? found.userSub ?? undefined
    const record = completeRecord(open, call.operation, outcome, userSub)
    const noteChain = noteChainOf(poolId)
    await writeRecord(ctx, { ...stored(), record, chain: found.chain, noteChain, poolId, userSub, errorCode })
  }

  return {
    async begin(input) {
      if (!isWanted) return
      event().parameters = requestParameters(call.operation, input)
      userNames = userNamesOf(input)
      if (isReadOnly(name)) return
      open = openRecord(ctx.config, event())
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
      // The texts of other errors may contain user names.
      const type = known ? error.type : 'InternalErrorException'
      await write({ error: { type, ...(isDenied && { message: error.message }) } }).catch((failure) =>
        ctx.log.error({ err: failure, eventId: event().id }, 'a refusal could not be recorded'),
      )
    },
  }
}

function userNamesOf({ Username: name }: { Username?: unknown }): readonly [string, string] | undefined {
  return typeof name === 'string' ? [name, foldCase(name)] : undefined
}

/** The sub of a user that the call has created. */
function subOf(output: unknown): string | undefined {
  const { User } = (output ?? {}) as { User?: { Attributes?: { Name?: string; Value?: string }[] } }
  return User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value
}
