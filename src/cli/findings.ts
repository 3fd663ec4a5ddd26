import { onlyOptions } from './form.ts'

/** The result of a check, as a sentence. */
export interface Finding {
  check: string
  state: 'ok' | 'warning' | 'failed'
  text: string
}

export const ok = (check: string, text: string): Finding => ({ check, state: 'ok', text })
export const warning = (check: string, text: string): Finding => ({ check, state: 'warning', text })
export const failed = (check: string, text: string): Finding => ({ check, state: 'failed', text })

/** For commands whose only option is --json. @throws UsageError for anything else */
export const wantsJson = (command: string, args: string[]): boolean =>
  onlyOptions(command, { json: { type: 'boolean' } } as const, args).json === true

/** Prints the findings and sets the exit code: 1 if a check failed. */
export function report(findings: Finding[], json: boolean, print = console.log): void {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = findings.map(({ check, state, text }) => `${state.padEnd(7)}  ${check.padEnd(width)}  ${text}`)
  print(json ? JSON.stringify(findings, null, 2) : lines.join('\n'))
  if (findings.some(({ state }) => state === 'failed')) process.exitCode = 1
}
