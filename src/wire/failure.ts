/** What may be logged of an unexpected error: its type and place, never a value from the request. */
export interface Failure {
  name: string
  /** Only for errors whose message comes from the runtime and contains no data. */
  message?: string
  /** The code of the database or the system. */
  code?: string
  table?: string
  constraint?: string
  routine?: string
  stack?: string[]
  cause?: Failure
}

const wordedByTheProgram = new Set(['TypeError', 'ReferenceError', 'RangeError'])

export function describeFailure(error: unknown, showMessage: boolean, depth = 0): Failure {
  if (!(error instanceof Error)) return { name: typeof error }
  const { code, table_name, constraint_name, routine, cause } = error as Error & Record<string, unknown>
  return {
    name: error.name,
    message: showMessage || wordedByTheProgram.has(error.name) ? error.message : undefined,
    code: text(code),
    table: text(table_name),
    constraint: text(constraint_name),
    routine: text(routine),
    stack: error.stack
      ?.split('\n')
      .filter((line) => /^ {4}at /.test(line))
      .map((line) => line.trim()),
    cause: cause !== undefined && depth < 3 ? describeFailure(cause, showMessage, depth + 1) : undefined,
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
