import { cpuSeconds } from './processes.ts'

const step = 5000
const atLeast = 10_000
const atMost = 45_000
/** Another step that saves less than this is the last one. */
const settled = 0.02

/**
 * Warms up, and returns how many operations there are in a second. V8 compiles what is called often; until then
 * operations cost more, and so does compiling. A server runs for weeks, so it is measured once more calls no longer make
 * them cheaper.
 */
export async function warmUp(processes: number[], doFor: (milliseconds: number) => Promise<number>): Promise<number> {
  let previous = Number.POSITIVE_INFINITY
  for (let spent = step; ; spent += step) {
    const before = cpuSeconds(processes)
    const done = await doFor(step)
    const cost = (cpuSeconds(processes) - before) / done
    const isSettled = spent >= atLeast && cost > previous * (1 - settled)
    if (isSettled || spent >= atMost) return (done / step) * 1000
    previous = cost
  }
}
