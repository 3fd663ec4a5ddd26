import type { Db } from '../../context.ts'
import { isRateCategory, type RateCategory } from '../../model/limits.ts'

const prefix = 'rate '

/** The rates that were set, by category. */
export async function listRates(db: Db): Promise<Map<RateCategory, number>> {
  const rows = await db.selectFrom('installation').select(['key', 'value']).where('key', 'like', `${prefix}%`).execute()
  const rates = new Map<RateCategory, number>()
  for (const { key, value } of rows) {
    const category = key.slice(prefix.length)
    if (isRateCategory(category)) rates.set(category, Number(value.toString()))
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
