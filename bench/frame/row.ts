import type { CognitoClient } from './http-client.ts'
import type { RunningServer } from './server.ts'
import type { YardstickProcess } from './yardstick.ts'

/** What a row works with: one server on a fresh embedded database, for the whole run. */
export interface Bench {
  server: RunningServer
  /** The process of the database, which yardsticks with a database use too. */
  postmaster: number
  cognito: CognitoClient
  /** Workers of a `serve` over the same database, which accepts this server's tokens. */
  serveSettings: Record<string, string>
  /** Started on first use, with `connection` if it needs the database. */
  yardstick(name: string, connection?: boolean): Promise<YardstickProcess>
  /** The number of concurrent requests. */
  workers: number
}

export interface Figure {
  /** As text, with its unit. */
  absolute: string
  yardstick: string
  /** The value that is judged: usually a ratio to the yardstick. */
  value: number
  goal: number
  must: number
  /** Whether the value must be above or below `must`. */
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
