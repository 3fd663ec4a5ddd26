import type { Context } from '../../context.ts'
import type { RequestFacts } from '../../lib/request-facts.ts'
import { listClients } from '../../pool/clients/client-store.ts'
import { listPools } from '../../pool/pools/pool-store.ts'

/** A refused request, as the hints see it. */
export interface Refused {
  method: string
  path: string
  host: string
  query: URLSearchParams
  headers: Record<string, string | undefined>
  facts: RequestFacts
  status: number
  body: unknown
  /** The target of a redirect. */
  location: string | undefined
}

const shown = 5

/** Pools by id and name, as many as fit in a log line. */
export async function poolsHere({ db }: Context): Promise<string> {
  const pools = await listPools(db, shown)
  return listed(
    pools.map(({ id, name }) => `${id} (${name})`),
    'There are no pools: a new database?',
  )
}

export async function clientsOf({ db }: Context, poolId: string): Promise<string> {
  const clients = await listClients(db, poolId, { after: undefined, limit: shown })
  return listed(
    clients.map(({ id, name }) => `${id} (${name})`),
    'It has no clients.',
  )
}

export const listed = (names: readonly string[], none: string): string =>
  names.length > 0 ? `There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}.` : none

/** A value from the request, cut to a length that suits a log line. */
export const quoted = (value: unknown): string =>
  String(value)
    .slice(0, 200)
    .replace(/\p{Cc}/gu, ' ')
