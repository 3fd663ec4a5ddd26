import type { OwnHandler } from '../../handler.ts'
import { unknownRole } from '../role.ts'
import { deleteRole as remove } from '../role-store.ts'

/** Its keys go with it. */
export const deleteRole: OwnHandler<'DeleteRole'> = async (input, ctx) => {
  if (!(await remove(ctx.db, input.RoleName))) throw unknownRole(input.RoleName)
}
