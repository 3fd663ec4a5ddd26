import type { Db } from '../../context.ts'
import { isAdjustable, type RateCategory } from '../../model/limits.ts'

const prefix = 'rate '

/** The rates that were set, by category. Those of categories that can't be set no longer count. */
export async function listRates(db: Db): Promise<Map<RateCategory, number>> {
  const rows = await db.selectFrom('installation').select(['key', 'value']).where('key', 'like', `${prefix}%`).execute()
  const rates = new Map<RateCategory, number>()
  for (const { key, value } of rows) {
    const category = key.slice(prefix.length)
    if (isAdjustable(category)) rates.set(category, Number(value.toString()))
  }
  return rates
}

export async function putRate(db: Db, category: RateCategory, perSecond: number): Promise<void> {
  const value = Buffer.from(String(perSecond))
  await db
    .insertInto('installation')
    .values({ key: prefix + category, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute()
}
