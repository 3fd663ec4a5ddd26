/**
 * The outcome of an attempt. Reasons are stored and logged, so they contain no address, no code and no text of the
 * message.
 */
export type Outcome =
  | { kind: 'delivered' }
  /** Another attempt may succeed. */
  | { kind: 'postponed'; reason: string }
  /** No attempt will succeed until someone fixes the cause. */
  | { kind: 'refused'; reason: string }

export type Failure = Exclude<Outcome, { kind: 'delivered' }>

export const delivered: Outcome = { kind: 'delivered' }
export const postponed = (reason: string): Failure => ({ kind: 'postponed', reason })
export const refused = (reason: string): Failure => ({ kind: 'refused', reason })

export const privateAddress = refused('a private address is out of reach (POOLHOUSE_ALLOW_PRIVATE_ADDRESSES)')
