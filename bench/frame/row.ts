import type { CognitoClient } from './http-client.ts'
import type { RunningServer } from './server.ts'
import type { YardstickProcess } from './yardstick.ts'

/** What a row works with: one server on a fresh embedded database, for the whole run. */
export interface Bench {
  server: RunningServer
  /** The process of the database, which yardsticks with a database use too. */
  postmaster: number
  cognito: CognitoClient
  /** Those of a `serve` over the same database, which takes this server's tokens. */
  serveSettings: Record<string, string>
  /** Started at its first use, with `connection` if it needs the database. */
  yardstick(name: string, connection?: boolean): Promise<YardstickProcess>
  /** How many requests are under way at once. */
  workers: number
}

export interface Figure {
  /** In words, with its unit. */
  absolute: string
  yardstick: string
  /** What is judged: usually a ratio to the yardstick. */
  value: number
  goal: number
  must: number
  /** Whether more than `must` is good, or less. */
  better: 'more' | 'less'
  /** Further numbers for the JSON. */
  details: Record<string, number>
}

export interface Row {
  name: string
  measure(bench: Bench): Promise<Figure>
}

export const isAtLeast = ({ better }: Figure, value: number, limit: number): boolean =>
  better === 'more' ? value >= limit : value <= limit
