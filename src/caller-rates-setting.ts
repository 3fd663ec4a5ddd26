import type { readerOf } from './environment.ts'
import type { CallerRates } from './lib/caller-limits.ts'
import { count } from './setting-values.ts'

const defaultRates: CallerRates = { address: 200, pool: 2000, client: 1000 }

/** Off by default in development: a test suite sends all its requests from one address, as fast as it can. */
export function readCallerRates(read: ReturnType<typeof readerOf>, mode: 'dev' | 'serve'): CallerRates | undefined {
  const name = 'POOLHOUSE_CALLER_LIMITS'
  if (read.text(name) === 'off') return undefined
  const rates = read.map(name, count, `off, or a JSON object such as ${JSON.stringify(defaultRates)}`)
  return rates || mode === 'serve' ? { ...defaultRates, ...rates } : undefined
}
