import type { CompiledQuery } from 'kysely'

/**
 * A row that is written with a caller's first change: in the same statement, and so in the same transaction. Neither is
 * in the database without the other, and the row costs no statement of its own.
 */
export interface Note {
  /** An insert that does nothing if the row exists already; its parameters start at $1. */
  insertion: CompiledQuery
  /** The transaction that wrote it is committed. */
  isCommitted: boolean
}

/** Whether a statement changes rows, or locks them for a change that follows in the same transaction. */
const changing = /^\s*(?:insert|update|delete|merge)\b|^\s*(?:with|select)\b.*\b(?:insert|update|delete|merge)\b/is

export const isChange = (sql: string): boolean => changing.test(sql)

/** The statement, with the insertion of the note as its first part. */
export function withNote(note: Note, { sql, parameters, ...rest }: CompiledQuery): CompiledQuery {
  const insertion = renumbered(note.insertion.sql, parameters.length)
  const others = /^\s*with\s+(recursive\s)?/i.exec(sql)
  const start = `with ${others?.[1] ? 'recursive ' : ''}written_note as (${insertion})`
  const text = others ? `${start}, ${sql.slice(others[0].length)}` : `${start} ${sql}`
  return { ...rest, sql: text, parameters: [...parameters, ...note.insertion.parameters] }
}

const numbered = new Map<string, string>()

/** Cached by the number of parameters of the statement. */
function renumbered(sql: string, before: number): string {
  const key = `${before} ${sql}`
  let text = numbered.get(key)
  if (text === undefined) {
    text = sql.replace(/\$(\d+)/g, (_, position: string) => `$${Number(position) + before}`)
    numbered.set(key, text)
  }
  return text
}
