/** What a log may say of an unexpected error: its kind and place, never a value that came in with a call. */
export interface Failure {
  name: string
  /** Only of errors whose text the runtime writes, which has no data in it. */
  message?: string
  /** Of the database or the system. */
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
