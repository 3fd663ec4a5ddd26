import { type Selectable, sql } from 'kysely'
import type { Db } from '../../context.ts'
import type { Tables } from '../../store/tables.ts'
import type { AuthEvent, EventKind, EventResponse, EventRisk } from './auth-event.ts'
import type { RiskLevel } from './risk-config.ts'

type Row = Selectable<Tables['auth_events']>

interface Owner {
  poolId: string
  userId: string
}

/**
 * Writes a new event, or a further step of one: its assessment stays, answers are added, and the last outcome counts.
 * Nothing is written for a user who is gone.
 */
export async function putEvent(db: Db, { poolId, userId }: Owner, event: AuthEvent, expiresAt: Date): Promise<void> {
  const { id, clientId, kind, response, challenges, risk, context, createdAt } = event
  await sql`
    insert into auth_events (
      pool_id, user_id, id, client_id, kind, response, challenges, risk_decision, risk_level, compromised,
      address, device, city, country, created_at, expires_at
    )
    select u.pool_id, u.id, ${id}::uuid, ${clientId}::text, ${kind}::text, ${response}::text, ${sql.val(challenges)}::jsonb,
      ${risk?.decision ?? null}::text, ${risk?.level ?? null}::text, ${risk?.compromised ?? null}::boolean,
      ${context.address ?? null}::text, ${context.device ?? null}::text, ${context.city ?? null}::text,
      ${context.country ?? null}::text,
      ${createdAt}::timestamptz, ${expiresAt}::timestamptz
    from users u where u.pool_id = ${poolId} and u.id = ${userId} for key share
    on conflict (pool_id, user_id, id) do update set
      response = excluded.response,
      challenges = auth_events.challenges || excluded.challenges,
      risk_decision = coalesce(excluded.risk_decision, auth_events.risk_decision),
      risk_level = coalesce(excluded.risk_level, auth_events.risk_level),
      compromised = coalesce(excluded.compromised, auth_events.compromised)`.execute(db)
}

/** Newest first, after the given position. */
export async function listEvents(
  db: Db,
  { poolId, userId }: Owner,
  limit: number,
  after?: { createdAt: Date; id: string },
): Promise<AuthEvent[]> {
  const rows = await db
    .selectFrom('auth_events')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(created_at, id) < (${after?.createdAt}::timestamptz, ${after?.id}::uuid)`),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toEvent)
}

/** False if the user has no such event. */
export async function giveFeedback(
  db: Db,
  { poolId, userId }: Owner,
  id: string,
  feedback: NonNullable<AuthEvent['feedback']>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('auth_events')
    .set({ feedback_value: feedback.value, feedback_provider: feedback.provider, feedback_at: feedback.at })
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export interface SignInHistory {
  passed: number
  /** Addresses of successful sign-ins. */
  addresses: string[]
  lastAddress: string | null
  lastAt: Date | null
  knownDevice: boolean
  knownCountry: boolean
  /** Of the last hour. */
  failures: number
  /** Of the last hour and from this address, for any user. */
  failuresHere: number
  reported: boolean
}

const remembered = 100

/** The signals for a sign-in, from the last sign-ins of the user and the last failures at the address. */
export async function signInHistory(
  db: Db,
  { poolId, userId }: Owner,
  { address, device, country }: { address?: string; device?: string; country?: string },
  now: Date,
): Promise<SignInHistory> {
  const anHourAgo = new Date(now.getTime() - 3_600_000)
  const good = sql`response = 'Pass' and feedback_value is distinct from 'Invalid'`
  const placed = sql`${good} and address is not null`
  const { rows } = await sql<SignInHistory>`
    select
      (count(*) filter (where ${good}))::integer as passed,
      coalesce(array_agg(distinct address) filter (where ${placed}), '{}') as addresses,
      (array_agg(address order by created_at desc) filter (where ${placed}))[1] as "lastAddress",
      max(created_at) filter (where ${placed}) as "lastAt",
      coalesce(bool_or(${good} and device is not distinct from ${device ?? null}::text), false) as "knownDevice",
      coalesce(bool_or(${good} and country is not distinct from ${country ?? null}::text), false) as "knownCountry",
      (count(*) filter (where response = 'Fail' and created_at > ${anHourAgo}))::integer as failures,
      (select count(*)::integer from (
        select from auth_events
        where pool_id = ${poolId} and address = ${address ?? null} and kind = 'SignIn' and response = 'Fail'
          and created_at > ${anHourAgo}
        limit ${remembered}
      ) failed) as "failuresHere",
      coalesce(bool_or(feedback_value = 'Invalid' and address = ${address ?? null}), false) as reported
    from (
      select response, address, device, country, feedback_value, created_at from auth_events
      where pool_id = ${poolId} and user_id = ${userId} and kind = 'SignIn'
      order by created_at desc, id desc limit ${remembered}
    ) last`.execute(db)
  return rows[0]!
}

function toEvent(row: Row): AuthEvent {
  return {
    id: row.id,
    clientId: row.client_id,
    kind: row.kind as EventKind,
    response: row.response as EventResponse,
    challenges: row.challenges,
    risk: row.risk_decision
      ? {
          decision: row.risk_decision as EventRisk['decision'],
          level: (row.risk_level ?? undefined) as RiskLevel | undefined,
          compromised: row.compromised ?? false,
        }
      : undefined,
    context: {
      address: row.address ?? undefined,
      device: row.device ?? undefined,
      city: row.city ?? undefined,
      country: row.country ?? undefined,
    },
    createdAt: row.created_at,
    ...(row.feedback_value && {
      feedback: {
        value: row.feedback_value as 'Valid' | 'Invalid',
        provider: row.feedback_provider ?? '',
        at: row.feedback_at!,
      },
    }),
  }
}
