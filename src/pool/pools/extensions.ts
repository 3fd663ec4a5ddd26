import type { Context } from '../../context.ts'
import { ResourceNotFound } from '../../model/errors.ts'
import type { UserPoolExtensions } from '../../model/extensions.ts'
import { updateExtensions } from './extensions-store.ts'

/** @throws ResourceNotFoundException */
export async function changeExtensions(ctx: Context, poolId: string, extensions: UserPoolExtensions): Promise<void> {
  if (!(await updateExtensions(ctx.db, poolId, extensions)))
    throw new ResourceNotFound(`User pool ${poolId} does not exist.`, { reason: 'pool-not-found' })
}
