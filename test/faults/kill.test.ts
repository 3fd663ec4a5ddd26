import { after, before, test } from 'node:test'
import { type Faults, openFaults } from './rounds.ts'

let faults: Faults
before(async () => {
  faults = await openFaults({ writers: 4, maxWorkTime: 500 })
})
after(() => faults.close())

test('a killed server loses nothing that it acknowledged', () => faults.round('server'))

test('a killed database is brought back by the server, whole', () => faults.round('database'))

test('killed together, they come back with all that they acknowledged', () => faults.round('both'))
