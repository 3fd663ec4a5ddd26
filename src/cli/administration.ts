import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { type Admin, createAdmin, type PoolhouseOperations, type ReadyMadePolicy } from '../admin/index.ts'
import { readConfig } from '../config.ts'
import { credentialsOf, readSession } from './operator-session.ts'
import { UsageError } from './outbox.ts'
import { StartError } from './run.ts'

export type Print = (text: string) => unknown

interface Command {
  /** The arguments that it must have, in their order. */
  takes: string[]
  run(admin: Admin, args: string[], options: Options): Promise<unknown>
}

const options = {
  json: { type: 'boolean' },
  policy: { type: 'string' },
  'ready-made': { type: 'string' },
  description: { type: 'string' },
  service: { type: 'string' },
  expires: { type: 'string' },
  role: { type: 'string' },
  pool: { type: 'string', multiple: true },
  principal: { type: 'string' },
  action: { type: 'string' },
  user: { type: 'string' },
  error: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  client: { type: 'string' },
} as const

type Options = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>['values']

const roleCommands: Record<string, Command> = {
  list: { takes: [], run: async (admin) => everyPage((page) => admin.listRoles(page), 'Roles') },
  show: { takes: ['NAME'], run: async (admin, [RoleName = '']) => (await admin.describeRole({ RoleName })).Role },
  put: {
    takes: ['NAME'],
    run: async (admin, [RoleName = ''], { policy, 'ready-made': readyMade, pool, description }) => {
      const { Role } = await admin.putRole({
        RoleName,
        Description: description,
        PolicyDocument: policy === undefined ? undefined : await readFile(policy, 'utf8'),
        ReadyMadePolicy: readyMade as ReadyMadePolicy | undefined,
        UserPoolIds: pool,
      })
      return Role
    },
  },
  delete: { takes: ['NAME'], run: (admin, [RoleName = '']) => admin.deleteRole({ RoleName }) },
}

const keyCommands: Record<string, Command> = {
  list: {
    takes: [],
    run: (admin, _, { role }) => everyPage((page) => admin.listAccessKeys({ ...page, RoleName: role }), 'AccessKeys'),
  },
  create: {
    takes: [],
    run: async (admin, _, { role, service, expires, description }) => {
      if (!role || !service) throw new UsageError('Say `poolhouse key create --role NAME --service NAME`.')
      const { AccessKey, SecretAccessKey } = await admin.createAccessKey({
        RoleName: role,
        ServiceName: service,
        Description: description,
        ExpirationDate: expires === undefined ? undefined : dateOf(expires),
      })
      return { ...AccessKey, SecretAccessKey }
    },
  },
  delete: { takes: ['ID'], run: (admin, [AccessKeyId = '']) => admin.deleteAccessKey({ AccessKeyId }) },
}

type Lookup = PoolhouseOperations['LookupEvents']['input']

const lookupOf = ({ pool, principal, action, user, error, from, to }: Options): Lookup => ({
  UserPoolId: pool?.[0],
  Principal: principal,
  EventName: action,
  UserSub: user,
  ErrorCode: error,
  StartTime: from === undefined ? undefined : dateOf(from),
  EndTime: to === undefined ? undefined : dateOf(to),
})

const operatorCommands: Record<string, Command> = {
  pool: { takes: ['POOL_ID'], run: (admin, [UserPoolId = '']) => admin.setOperatorsPool({ UserPoolId }) },
}

/** Makes what operators need to sign in, and the first of them. */
export async function init(args: string[], print: Print = console.log): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      email: { type: 'string' },
      'show-password': { type: 'boolean' },
      domain: { type: 'string' },
      json: { type: 'boolean' },
    },
  })
  if (values['show-password'] && !values.email) throw new UsageError('--show-password goes with --email.')
  const admin = await adminOf()
  const made = await inWords(
    admin.setUpOperators({
      Email: values.email,
      Invitation: values['show-password'] ? 'SHOW_PASSWORD' : undefined,
      DomainPrefix: values.domain,
    }),
  )
  print(values.json ? JSON.stringify(made, null, 2) : table(made))
}

const extensionsCommands: Record<string, Command> = {
  show: {
    takes: ['POOL_ID'],
    run: async (admin, [UserPoolId = ''], { client: ClientId }) =>
      ClientId === undefined
        ? (await admin.getUserPoolExtensions({ UserPoolId })).Extensions
        : (await admin.getClientExtensions({ UserPoolId, ClientId })).Extensions,
  },
  put: {
    takes: ['POOL_ID', 'FILE'],
    run: async (admin, [UserPoolId = '', file = ''], { client: ClientId }) => {
      const Extensions = await readDocument(file)
      return ClientId === undefined
        ? (await admin.putUserPoolExtensions({ UserPoolId, Extensions })).Extensions
        : (await admin.putClientExtensions({ UserPoolId, ClientId, Extensions })).Extensions
    },
  },
}

async function readDocument(file: string): Promise<object> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`)
  }
}

/** Documents have no columns, so that they are always JSON. */
export const extensions = (args: string[], print?: Print) =>
  runCommand('extensions', extensionsCommands, [...args, '--json'], print)
export const operator = (args: string[], print?: Print) => runCommand('operator', operatorCommands, args, print)
export const role = (args: string[], print?: Print) => runCommand('role', roleCommands, args, print)
export const key = (args: string[], print?: Print) => runCommand('key', keyCommands, args, print)

/** `export` prints as it reads: there may be more than fits into memory. */
export function audit(args: string[], print: Print = console.log): Promise<void> {
  const commands: Record<string, Command> = {
    search: {
      takes: [],
      run: async (admin, _, values) =>
        (await admin.lookupEvents(lookupOf(values))).Events.map(({ CloudTrailEvent, ...event }) =>
          values.json ? JSON.parse(CloudTrailEvent) : event,
        ),
    },
    export: {
      takes: [],
      run: async (admin, _, values) => {
        let NextToken: string | undefined
        do {
          const page = await admin.lookupEvents({ ...lookupOf(values), NextToken })
          for (const { CloudTrailEvent } of page.Events) print(CloudTrailEvent)
          NextToken = page.NextToken
        } while (NextToken)
      },
    },
    verify: {
      takes: [],
      run: async (admin) => {
        let NextToken: string | undefined
        let events = 0
        const faults: object[] = []
        do {
          const part = await admin.verifyEvents({ NextToken })
          events += part.VerifiedEvents
          faults.push(...part.Faults)
          NextToken = part.NextToken
        } while (NextToken)
        if (faults.length > 0)
          throw new StartError(
            `The audit was tampered with:\n${faults.map((fault) => `  ${JSON.stringify(fault)}`).join('\n')}`,
          )
        return { VerifiedEvents: events, Faults: 0 }
      },
    },
  }
  return runCommand('audit', commands, args, print)
}

async function runCommand(name: string, commands: Record<string, Command>, args: string[], print: Print = console.log) {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const [asked = '', ...rest] = positionals
  const command = Object.hasOwn(commands, asked) ? commands[asked] : undefined
  if (!command || rest.length !== command.takes.length) {
    const forms = Object.entries(commands).map(([form, { takes }]) => ['poolhouse', name, form, ...takes].join(' '))
    throw new UsageError(`Say one of these:\n  ${forms.join('\n  ')}`)
  }
  const result = await inWords(command.run(await adminOf(), rest, values))
  if (result !== undefined) print(values.json ? JSON.stringify(result, null, 2) : table(result))
}

/** What a call was refused with, as a sentence. */
function inWords<T>(result: Promise<T>): Promise<T> {
  return result.catch((error: Error) => {
    if (error instanceof UsageError || error instanceof StartError) throw error
    throw new StartError(error.name === 'Error' ? error.message : `${error.name}: ${error.message}`)
  })
}

/** Signs with AWS's variables, else with the root's, else as whoever is signed in by `poolhouse login`. */
async function adminOf(): Promise<Admin> {
  const { publicUrl, region, credentials } = readConfig('dev', process.env)
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    POOLHOUSE_ACCESS_KEY_ID: rootKeyId,
  } = process.env
  const own =
    accessKeyId && secretAccessKey
      ? { accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined }
      : undefined
  const session = own || rootKeyId ? undefined : await readSession(publicUrl)
  const signedIn = session && (() => credentialsOf(session))
  return createAdmin({ endpoint: publicUrl, region, credentials: own ?? signedIn ?? credentials[0]! })
}

async function everyPage<Name extends string, Row>(
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

function dateOf(text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw new UsageError(`${text} is no date.`)
  return date
}

function table(result: unknown): string {
  if (!Array.isArray(result))
    return Object.entries(result as object)
      .map(([name, value]) => `${name.padEnd(18)}${cell(value)}`)
      .join('\n')
  if (result.length === 0) return 'There is nothing.'
  const names = [...new Set(result.flatMap((row) => Object.keys(row)))].filter(
    (name) => !['PolicyDocument', 'Tags', 'EventId'].includes(name),
  )
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
  return typeof value === 'string' ? value : JSON.stringify(value)
}
