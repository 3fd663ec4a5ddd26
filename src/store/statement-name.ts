import { Lru } from '../lib/lru.ts'

const names = new Lru<string, string>(1000)

/** `select users`: what a statement does, and to which table first. */
export function statementName(statement: string): string {
  const known = names.get(statement)
  if (known !== undefined) return known
  const verb = /^\s*(\w+)/.exec(statement)?.[1]?.toLowerCase() ?? 'statement'
  const table = /\b(?:from|into|update)\s+"?([a-z_]+)/i.exec(statement)?.[1]
  const name = table ? `${verb} ${table}` : verb
  names.set(statement, name)
  return name
}
