// Kills the server and its database, by kill -9 and while they write, and looks whether anything acknowledged is lost.
//   node test/faults/kill.ts [--rounds N] [--victim server|database|both] [--patience MILLISECONDS]
import { parseArgs } from 'node:util'
import { openFaults, type Victim } from './rounds.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '30' }, victim: { type: 'string' }, patience: { type: 'string' } },
})
const victims: Victim[] = values.victim ? [values.victim as Victim] : ['server', 'database', 'both']

// On a machine that others keep busy, calls take longer.
const faults = await openFaults(values.patience ? { patience: Number(values.patience) } : {})
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    await faults.round(victims[round % victims.length]!, (line) => console.log(`${round + 1}: ${line}`))
  }
  console.log('Nothing acknowledged was lost, and nothing half-written was seen.')
} finally {
  await faults.close()
}
