import type { Context } from '../../context.ts'
import { callTrigger } from './call-trigger.ts'
import { type ClientMetadata, triggerEvent } from './event.ts'
import { nameOf, type Person, personIn } from './person.ts'

/** Called before any part of the request is judged. */
export async function preAuthentication(
  ctx: Context,
  person: Person,
  validationData: ClientMetadata | undefined,
): Promise<void> {
  const { pool, client } = person
  await callTrigger(ctx, pool, 'PreAuthentication', () =>
    triggerEvent(
      ctx,
      pool,
      { source: 'PreAuthentication_Authentication', userName: nameOf(person), clientId: client.id },
      { ...personIn(person), validationData: validationData ?? null },
      {},
    ),
  )
}
