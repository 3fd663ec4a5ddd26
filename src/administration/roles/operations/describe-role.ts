import type { OwnHandler } from '../../handler.ts'
import { requireRole } from '../role.ts'
import { roleView } from '../role-view.ts'

export const describeRole: OwnHandler<'DescribeRole'> = async (input, ctx) => ({
  Role: roleView(ctx.config, await requireRole(ctx.db, input.RoleName)),
})
