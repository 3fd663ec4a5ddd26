import type { ListDevicesResponse } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import { cutPage, decodeCursor, encodeCursor } from '../../store/page.ts'
import type { User } from '../users/user.ts'
import { listDevices } from './device-store.ts'
import type { deviceView } from './device-view.ts'

const maxDevices = 60

/** One page of a user's devices. @throws InvalidParameterException for the token of another listing */
export async function devicePage(
  ctx: Context,
  user: User,
  { Limit, PaginationToken }: { Limit?: number; PaginationToken?: string },
  view: typeof deviceView,
): Promise<ListDevicesResponse> {
  const limit = Limit || maxDevices
  const scope = `ListDevices ${user.poolId} ${user.id}`
  const after = decodeCursor(ctx, scope, PaginationToken) as string | undefined
  const rows = await listDevices(ctx.db, user.poolId, user.id, { after, limit: limit + 1 })
  const { items, next } = cutPage(rows, limit, ({ key }) => key)
  return {
    Devices: items.map((device) => view(ctx, user, device)),
    PaginationToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}
