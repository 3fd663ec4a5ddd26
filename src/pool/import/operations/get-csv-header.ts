import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { csvHeader } from '../csv-header.ts'

export const getCSVHeader: Handler<'GetCSVHeader'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  return { UserPoolId: pool.id, CSVHeader: csvHeader(pool) }
}
