import type { OutboxMessage } from '../../model/poolhouse-operations.ts'
import { listMessages as list, requeueDeadOf, type Undelivered } from '../../pool/messages/outbox.ts'
import { requirePool } from '../../pool/pools/pool.ts'
import { cutPage, decodeCursor, encodeCursor } from '../../store/page.ts'
import type { OwnHandler } from '../handler.ts'

const stateOf = { Waiting: 'queued', Delivered: 'delivered', Failed: 'dead' } as const

export const listMessages: OwnHandler<'ListMessages'> = async (input, ctx) => {
  const { UserPoolId, Status, UserSub } = input
  const pool = await requirePool(ctx, UserPoolId)
  const scope = `ListMessages ${pool.id} ${Status ?? ''} ${UserSub ?? ''}`
  const after = decodeCursor(ctx, scope, input.NextToken) as string | undefined
  const limit = input.MaxResults ?? 60
  const state = Status && stateOf[Status]
  const found = await list(ctx.db, pool.id, ctx.clock.now(), { state, userId: UserSub, after, limit: limit + 1 })
  const { items, next } = cutPage(found, limit, ({ id }) => id)
  return {
    Messages: items.map(messageView),
    NextToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}

export const retryMessages: OwnHandler<'RetryMessages'> = async ({ UserPoolId, MessageIds }, ctx) => {
  const pool = await requirePool(ctx, UserPoolId)
  return { MessageIds: await requeueDeadOf(ctx.db, pool.id, MessageIds, ctx.clock.now()) }
}

const statusOf = { queued: 'Waiting', delivered: 'Delivered', dead: 'Failed' } as const

function messageView(row: Undelivered): OutboxMessage {
  return {
    MessageId: row.id,
    UserSub: row.user_id ?? undefined,
    Medium: row.medium,
    Kind: row.kind,
    Status: statusOf[row.state],
    Attempts: row.attempts,
    Reason: row.last_error ?? undefined,
    Retryable: row.retryable,
    CreationDate: row.created_at,
    ExpirationDate: row.expires_at,
    NextAttemptDate: row.state === 'queued' ? row.next_attempt_at : undefined,
    FinishDate: row.finished_at ?? undefined,
  }
}
