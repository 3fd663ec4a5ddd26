import type { CompiledQuery } from 'kysely'

/**
 * A row that is written together with the first change of whoever has it: as part of that statement, and so in its
 * transaction. Neither is in the database without the other, and the row costs no statement of its own.
 */
export interface Note {
  /** An insertion that does nothing where the row is there already, with its parameters from $1 on. */
  insertion: CompiledQuery
  /** The transaction that wrote it is committed. */
  isCommitted: boolean
}

/** A statement that changes rows, or locks them, which is done for a change that follows in the same transaction. */
const changing = /^\s*(?:insert|update|delete|merge)\b|^\s*(?:with|select)\b.*\b(?:insert|update|delete|merge)\b/is

export const isChange = (sql: string): boolean => changing.test(sql)

/** The statement with the note before it. */
export function withNote(note: Note, { sql, parameters, ...rest }: CompiledQuery): CompiledQuery {
  const insertion = renumbered(note.insertion.sql, parameters.length)
  const others = /^\s*with\s+(recursive\s)?/i.exec(sql)
  const start = `with ${others?.[1] ? 'recursive ' : ''}written_note as (${insertion})`
  const text = others ? `${start}, ${sql.slice(others[0].length)}` : `${start} ${sql}`
  return { ...rest, sql: text, parameters: [...parameters, ...note.insertion.parameters] }
}

const numbered = new Map<string, string>()

/** Once for each number of parameters before its own. */
function renumbered(sql: string, before: number): string {
  const key = `${before} ${sql}`
  let text = numbered.get(key)
  if (text === undefined) {
    text = sql.replace(/\$(\d+)/g, (_, position: string) => `$${Number(position) + before}`)
    numbered.set(key, text)
  }
  return text
}
