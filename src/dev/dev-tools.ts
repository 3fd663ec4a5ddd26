import { createMovableClock, type MovableClock } from './clock.ts'
import { createFaults, type Faults } from './faults.ts'

/** What tests can control: present in `poolhouse dev` and `poolhouse/testing`, absent from `serve`. */
export interface DevTools {
  clock: MovableClock
  faults: Faults
}

export function createDevTools(): DevTools {
  return { clock: createMovableClock(), faults: createFaults() }
}
