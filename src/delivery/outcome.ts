/** How an attempt ended. Reasons are kept and logged: they name no address, no code and no word of the message. */
export type Outcome =
  | { kind: 'delivered' }
  /** Worth another attempt. */
  | { kind: 'postponed'; reason: string }
  /** No attempt will ever do better, unless somebody mends what is wrong. */
  | { kind: 'refused'; reason: string }

export const delivered: Outcome = { kind: 'delivered' }
export const postponed = (reason: string): Outcome => ({ kind: 'postponed', reason })
export const refused = (reason: string): Outcome => ({ kind: 'refused', reason })

export const privateAddress = refused('a private address is out of reach (POOLHOUSE_ALLOW_PRIVATE_ADDRESSES)')
