import { type Figure, isAtLeast } from './row.ts'

export interface Outcome {
  name: string
  figure?: Figure
  /** Why there is no figure. */
  error?: string
}

const headings = ['operation', 'per core', 'yardstick', 'ratio', 'goal', 'must', '']

export function printTable(outcomes: Outcome[], machine: string): void {
  const lines = [headings, ...outcomes.map(cells)]
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  const print = (line: string[]) =>
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )

  console.log(`\n${machine}\n`)
  print(lines[0]!)
  print(widths.map((width) => '-'.repeat(width)))
  for (const line of lines.slice(1)) print(line)
}

/** Whether the value reaches the goal, only the limit, or neither. */
export function verdict({ figure }: Outcome): 'goal' | 'must' | 'FAIL' {
  if (!figure || !isAtLeast(figure, figure.value, figure.must)) return 'FAIL'
  return isAtLeast(figure, figure.value, figure.goal) ? 'goal' : 'must'
}

export function toJson(outcomes: Outcome[], machine: string): string {
  const figures = outcomes.map((outcome) => ({ ...outcome, verdict: verdict(outcome) }))
  return JSON.stringify({ at: new Date().toISOString(), machine, figures }, null, 2)
}

function cells(outcome: Outcome): string[] {
  const { name, figure, error } = outcome
  if (!figure) return [name, error ?? '', '', '', '', '', verdict(outcome)]
  const sign = figure.better === 'more' ? '≥' : '≤'
  const number = (value: number) => String(Number(value.toFixed(2)))
  return [
    name,
    figure.absolute,
    figure.yardstick,
    number(figure.value),
    `${sign} ${number(figure.goal)}`,
    `${sign} ${number(figure.must)}`,
    verdict(outcome),
  ]
}
