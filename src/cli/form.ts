import { type ParseArgsConfig, parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { nearestName } from '../lib/nearest-name.ts'
import { StartError } from './run.ts'
import { UsageError } from './usage-error.ts'

export type Print = (text: string) => unknown

type Declared = NonNullable<ParseArgsConfig['options']>
export type OptionsOf<D extends Declared> = ReturnType<typeof parseArgs<{ options: D }>>['values']

/** One form of a command, such as `show NAME` of `poolhouse role`. */
export interface Form<Client, Options> {
  /** The required arguments, in order. */
  takes: string[]
  /** The result is printed as a table, or as JSON with --json; a string is printed as it is. */
  run(client: Client, args: string[], options: Options): Promise<unknown>
}

interface Command<Client, D extends Declared> {
  name: string
  options: D
  forms: Record<string, Form<Client, OptionsOf<D>>>
  client(): Promise<Client>
}

/** @throws UsageError for a command line that matches none of the forms; StartError for what the server refuses */
export async function runForm<Client, D extends Declared>(
  { name, options, forms, client }: Command<Client, D>,
  args: string[],
  print: Print = console.log,
): Promise<void> {
  const { values, positionals } = parseOptions(name, options, args)
  const [asked = '', ...rest] = positionals
  const form = Object.hasOwn(forms, asked) ? forms[asked] : undefined
  if (!form || rest.length !== form.takes.length) {
    const lines = Object.entries(forms).map(([form, { takes }]) => ['poolhouse', name, form, ...takes].join(' '))
    throw new UsageError(`Say one of these:\n  ${lines.join('\n  ')}`)
  }
  const result = await inWords(form.run(await client(), rest, values))
  if (result !== undefined) print(shown(result, 'json' in values && values.json === true))
}

/** The error of a refused call, as a sentence. */
export function inWords<T>(result: Promise<T>): Promise<T> {
  return result.catch((error: Error) => {
    throw error instanceof UsageError || error instanceof StartError ? error : new StartError(reasonOf(error))
  })
}

/** A table, or JSON; a string is printed as it is. */
export function shown(result: unknown, asJson: boolean): string {
  if (typeof result === 'string') return result
  return asJson ? JSON.stringify(result, null, 2) : table(result)
}

/** @throws UsageError for an option that the command does not have */
export function parseOptions<D extends Declared>(name: string, options: D, args: string[]) {
  const known = new Set(['json', 'help', ...Object.keys(options)])
  for (const arg of args) {
    const [, option] = /^--([^=]+)/.exec(arg) ?? []
    if (option === undefined || known.has(option)) continue
    const nearest = nearestName(option, known)
    const hint = nearest ? `; did you mean --${nearest}?` : '.'
    throw new UsageError(`poolhouse ${name} has no option --${option}${hint} See poolhouse ${name} --help.`)
  }
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    // Such as an option without its value.
    throw new UsageError(`${(error as Error).message} See poolhouse ${name} --help.`)
  }
}

/** For a command that takes only options. @throws UsageError for an argument */
export function onlyOptions<D extends Declared>(name: string, options: D, args: string[]): OptionsOf<D> {
  const { values, positionals } = parseOptions(name, options, args)
  if (positionals.length > 0)
    throw new UsageError(`poolhouse ${name} takes no argument ${positionals[0]}. See poolhouse ${name} --help.`)
  return values as OptionsOf<D>
}

function reasonOf({ name, message, cause }: Error): string {
  if (name === 'TypeError' && cause instanceof Error) {
    const { publicUrl } = readConfig('dev', process.env)
    const reason = (cause as NodeJS.ErrnoException).code ?? cause.message
    return `No server answers at ${publicUrl}: ${reason}. POOLHOUSE_PUBLIC_URL names another one.`
  }
  if (name === 'UnrecognizedClientException' && process.env.AWS_ACCESS_KEY_ID)
    return `${name}: ${message} The call was signed with AWS_ACCESS_KEY_ID of the environment.`
  return name === 'Error' ? message : `${name}: ${message}`
}

/** All items of a paged list. */
export async function everyPage<Name extends string, Row>(
  list: (page: { NextToken?: string }) => Promise<{ [K in Name]: Row[] } & { NextToken?: string }>,
  name: Name,
): Promise<Row[]> {
  const rows: Row[] = []
  let NextToken: string | undefined
  do {
    const page = await list({ NextToken })
    rows.push(...page[name])
    NextToken = page.NextToken
  } while (NextToken)
  return rows
}

export function dateOf(text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw new UsageError(`${text} is no date.`)
  return date
}

/** Members that are too wide or opaque for a table; JSON shows them. */
const leftOut = ['PolicyDocument', 'Tags', 'EventId']

function table(result: unknown): string {
  if (!Array.isArray(result)) {
    const members = Object.entries(result as object).filter(([, value]) => value !== undefined)
    const width = Math.max(16, ...members.map(([name]) => name.length)) + 2
    return members.map(([name, value]) => `${name.padEnd(width)}${cell(value)}`).join('\n')
  }
  if (result.length === 0) return 'There is nothing.'
  const names = [...new Set(result.flatMap((row) => Object.keys(row)))].filter((name) => !leftOut.includes(name))
  const rows = [names, ...result.map((row) => names.map((name) => cell(row[name])))]
  const widths = names.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function cell(value: unknown): string {
  if (value === undefined) return '-'
  if (value instanceof Date) return `${value.toISOString().slice(0, 19)}Z`
  return printable(typeof value === 'string' ? value : JSON.stringify(value))
}

/** Users choose their names and attributes: control characters, which could steer the terminal, are escaped. */
export const printable = (text: string) =>
  text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (letter) => `\\u${letter.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  )
