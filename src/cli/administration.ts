import { readFile } from 'node:fs/promises'
import { type Admin, createAdmin, type PoolhouseOperations, type ReadyMadePolicy } from '../admin/index.ts'
import { caller } from './caller.ts'
import {
  dateOf,
  everyPage,
  type Form,
  inWords,
  type OptionsOf,
  onlyOptions,
  type Print,
  runForm,
  shown,
} from './form.ts'
import { StartError } from './run.ts'
import { UsageError } from './usage-error.ts'

const options = {
  json: { type: 'boolean' },
  policy: { type: 'string' },
  trust: { type: 'string' },
  checkpoint: { type: 'string' },
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

type Options = OptionsOf<typeof options>
type Command = Form<Admin, Options>

const roleCommands: Record<string, Command> = {
  list: { takes: [], run: async (admin) => everyPage((page) => admin.listRoles(page), 'Roles') },
  show: { takes: ['NAME'], run: async (admin, [RoleName = '']) => (await admin.describeRole({ RoleName })).Role },
  put: {
    takes: ['NAME'],
    run: async (admin, [RoleName = ''], { policy, trust, 'ready-made': readyMade, pool, description }) => {
      const { Role } = await admin.putRole({
        RoleName,
        Description: description,
        PolicyDocument: policy === undefined ? undefined : await readFile(policy, 'utf8'),
        ReadyMadePolicy: readyMade as ReadyMadePolicy | undefined,
        UserPoolIds: pool,
        TrustedIssuers: trust === undefined ? undefined : JSON.parse(await readFile(trust, 'utf8')),
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

const signingKeyCommands: Record<string, Command> = {
  list: { takes: [], run: async (admin, _, options) => (await admin.listSigningKeys(onePool(options))).SigningKeys },
  rotate: {
    takes: [],
    run: async (admin, _, options) => (await admin.rotateSigningKeys(onePool(options))).SigningKeys,
  },
  revoke: {
    takes: ['KEY_ID'],
    run: async (admin, [KeyId = ''], options) =>
      (await admin.revokeSigningKey({ ...onePool(options), KeyId })).SigningKeys,
  },
}

function onePool({ pool = [] }: Options): { UserPoolId: string } {
  if (pool.length !== 1) throw new UsageError('Name the pool with --pool ID.')
  return { UserPoolId: pool[0]! }
}

const operatorCommands: Record<string, Command> = {
  pool: { takes: ['POOL_ID'], run: (admin, [UserPoolId = '']) => admin.setOperatorsPool({ UserPoolId }) },
}

const initOptions = {
  email: { type: 'string' },
  'show-password': { type: 'boolean' },
  domain: { type: 'string' },
  json: { type: 'boolean' },
} as const

/** Creates what operators need in order to sign in, and the first operator. */
export async function init(args: string[], print: Print = console.log): Promise<void> {
  const values = onlyOptions('init', initOptions, args)
  if (values['show-password'] && !values.email) throw new UsageError('--show-password goes with --email.')
  const admin = createAdmin(await caller())
  const made = await inWords(
    admin.setUpOperators({
      Email: values.email,
      Invitation: values['show-password'] ? 'SHOW_PASSWORD' : undefined,
      DomainPrefix: values.domain,
    }),
  )
  print(shown(made, values.json === true))
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

/** Prints JSON always: policy documents have no columns. */
export const extensions = (args: string[], print?: Print) =>
  runCommand('extensions', extensionsCommands, [...args, '--json'], print)
export const operator = (args: string[], print?: Print) => runCommand('operator', operatorCommands, args, print)
export const keys = (args: string[], print?: Print) => runCommand('keys', signingKeyCommands, args, print)
export const role = (args: string[], print?: Print) => runCommand('role', roleCommands, args, print)
export const key = (args: string[], print?: Print) => runCommand('key', keyCommands, args, print)

/** `export` prints while it reads, since the result may not fit into memory. */
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
    checkpoint: {
      takes: [],
      run: async (admin) => {
        let NextToken: string | undefined
        do {
          const part = await admin.getAuditCheckpoint({ NextToken })
          print(part.Checkpoint)
          NextToken = part.NextToken
        } while (NextToken)
      },
    },
    verify: {
      takes: [],
      run: async (admin, _, { checkpoint }) => {
        let NextToken: string | undefined
        let events = 0
        const faults: object[] = []
        const checkpoints = checkpoint === undefined ? [] : (await readFile(checkpoint, 'utf8')).trim().split('\n')
        for (const Checkpoint of checkpoints) faults.push(...(await admin.verifyEvents({ Checkpoint })).Faults)
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

const runCommand = (name: string, commands: Record<string, Command>, args: string[], print?: Print) =>
  runForm({ name, options, forms: commands, client: async () => createAdmin(await caller()) }, args, print)
