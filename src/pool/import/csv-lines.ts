import { StringDecoder } from 'node:string_decoder'

/** A longer row is refused, and no more of it is buffered. */
export const maxRowLength = 16_000

export interface CsvLine {
  /** From 1, the header. */
  number: number
  /** Undefined where the line is too long, or is not UTF-8. */
  text: string | undefined
}

/** Splits a stream of pieces into lines, one at a time. Both kinds of line end count; empty lines are skipped. */
export async function* csvLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<CsvLine> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let number = 0
  let tooLong = false

  for await (const piece of pieces) {
    const text = rest + decoder.write(Buffer.from(piece))
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      yield lineOf(text.slice(start, end))
      tooLong = false
      start = end + 1
    }
    rest = text.slice(start)
    if (rest.length > maxRowLength) {
      tooLong = true
      rest = ''
    }
  }
  rest += decoder.end()
  if (rest !== '' || tooLong) yield lineOf(rest)

  function lineOf(raw: string): CsvLine {
    number++
    const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    const refused = tooLong || text.length > maxRowLength || text.includes('\uFFFD')
    return { number, text: refused ? undefined : number === 1 ? text.replace(/^\uFEFF/, '') : text }
  }
}

/** Fields are separated by commas; a backslash escapes the next character. There are no quotes. Values are trimmed. */
export function csvFields(line: string): string[] {
  if (!line.includes('\\')) return line.split(',').map((field) => field.trim())
  const fields: string[] = []
  let field = ''
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!
    if (character === '\\' && (line[i + 1] === ',' || line[i + 1] === '\\')) field += line[++i]
    else if (character === ',') {
      fields.push(field.trim())
      field = ''
    } else field += character
  }
  fields.push(field.trim())
  return fields
}
