import type { RiskLevel } from './risk-config.ts'

/** What is known about a user when a sign-in under their name is assessed. */
export interface Signals {
  /** Successful sign-ins that nobody has reported since. */
  passed: number
  /** The address, or one near it, is known. */
  knownAddress: boolean
  knownDevice: boolean
  knownCountry: boolean
  /** Sign-ins of theirs that failed within the last hour. */
  failures: number
  /** Sign-ins of anybody that failed within the last hour at this address. */
  failuresHere: number
  /** Nobody could have travelled here from the last sign-in in the time between. */
  impossibleTravel: boolean
  /** The user or an administrator has reported a sign-in from this address. */
  reported: boolean
}

const manyFailures = 5
const manyFailuresHere = 20

/**
 * How unlike the user a sign-in is. The service does not publish its own measure; this one can be followed:
 *
 *   place and device known                                                           no risk
 *   one of them new                                                                  Low
 *   both new, or a new place where many sign-ins have failed                         Medium
 *   both new, and in another country, or after many failures of the user or there    High
 *   a new place that nobody can have come to from the last, or one that was reported High
 *
 * What fails at an address says nothing of those who are at home there: else all who share that of an office, or of a
 * proxy that the server was not told of, would be under suspicion.
 */
export function assess(signals: Signals): RiskLevel | undefined {
  if (signals.reported) return 'High'
  // The first sign-in of all is like no other.
  if (signals.passed === 0) return undefined
  const { knownAddress, knownDevice } = signals
  if (!knownAddress && signals.impossibleTravel) return 'High'
  if (knownAddress && knownDevice) return undefined
  if (knownAddress) return 'Low'
  const notorious = signals.failuresHere >= manyFailuresHere
  if (knownDevice) return notorious ? 'Medium' : 'Low'
  return notorious || !signals.knownCountry || signals.failures >= manyFailures ? 'High' : 'Medium'
}
