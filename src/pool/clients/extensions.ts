import type { Context } from '../../context.ts'
import { ResourceNotFound } from '../../model/errors.ts'
import type { ClientExtensions } from '../../model/extensions.ts'
import { checkClientExtensions } from './check-extensions.ts'
import { updateClientExtensions } from './extensions-store.ts'

/** @throws ResourceNotFoundException, InvalidParameterException */
export async function changeClientExtensions(
  ctx: Context,
  poolId: string,
  clientId: string,
  extensions: ClientExtensions,
): Promise<void> {
  checkClientExtensions(ctx, extensions)
  if (!(await updateClientExtensions(ctx.db, poolId, clientId, extensions)))
    throw new ResourceNotFound(`User pool client ${clientId} does not exist.`, { reason: 'client-not-found' })
}
