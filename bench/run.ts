// `npm run bench` measures every row, `npm run bench -- refresh srp` those whose names contain a word.
// `--json FILE` also writes the figures to a file. The exit code is 1 where a row misses what it must reach.
import { mkdirSync, writeFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { basename, dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { buildProgram } from '../scripts/build.ts'
import { openBench } from './frame/bench.ts'
import { requireLinux } from './frame/processes.ts'
import { type Outcome, printTable, toJson, verdict } from './frame/report.ts'
import type { Row } from './frame/row.ts'

const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true })
requireLinux()
// Measures the published build.
await buildProgram()

const outcomes: Outcome[] = []
const rows = await chosenRows()
const bench = await openBench()
try {
  for (const row of rows) {
    process.stderr.write(`${row.name} … `)
    try {
      const figure = await row.measure(bench)
      outcomes.push({ name: row.name, figure })
      process.stderr.write(`${figure.value.toFixed(2)}\n`)
    } catch (error) {
      outcomes.push({ name: row.name, error: (error as Error).message })
      process.stderr.write('failed\n')
    }
  }
} finally {
  await bench.close()
}

const machine = `${availableParallelism()} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`
printTable(outcomes, machine)
if (values.json) {
  mkdirSync(dirname(values.json), { recursive: true })
  writeFileSync(values.json, `${toJson(outcomes, machine)}\n`)
}
process.exitCode = outcomes.some((outcome) => verdict(outcome) === 'FAIL') ? 1 : 0

async function chosenRows(): Promise<Row[]> {
  const folder = new URL('rows/', import.meta.url)
  const files = (await Array.fromAsync(glob('*.ts', { cwd: folder.pathname }))).sort()
  const chosen = files.filter((file) => positionals.length === 0 || positionals.some((word) => file.includes(word)))
  if (chosen.length === 0) {
    throw new Error(`There is no such row. There are: ${files.map((file) => basename(file, '.ts')).join(', ')}`)
  }
  const modules = await Promise.all(chosen.map((file) => import(new URL(file, folder).href)))
  return modules.flatMap((module: { default: Row | Row[] }) => module.default)
}
