/**
 * `poolhouse/admin`: a client of Poolhouse's own API, for what the SDK of user pools has no operation for.
 *
 *     const admin = createAdmin({ endpoint: 'https://id.example.com', region: 'us-east-1', credentials })
 *     const { Role } = await admin.putRole({ RoleName: 'help', ReadyMadePolicy: 'help-desk', UserPoolIds: [id] })
 */
import type { PoolhouseOperations } from '../model/poolhouse-operations.ts'
import { type Credentials, signPost } from './sign.ts'

export type {
  ClientExtensions,
  ClientStandards,
  PoolStandards,
  StandardsPart,
  StandardsProfile,
  UserPoolExtensions,
} from '../model/extensions.ts'
export type {
  AccessKey,
  AuditEvent,
  AuditFault,
  OperatorsPool,
  PoolhouseOperations,
  ReadyMadePolicy,
  Role,
} from '../model/poolhouse-operations.ts'
export type { Credentials }

export interface AdminOptions {
  /** Where Poolhouse is. */
  endpoint: string
  region: string
  /** A key pair or temporary credentials, or what fetches them before each call. */
  credentials: Credentials | (() => Promise<Credentials>)
}

/** Each operation as a method, as in the SDK: `PutRole` is `putRole`. */
export type Admin = {
  [Name in keyof PoolhouseOperations as Uncapitalize<Name>]: Method<PoolhouseOperations[Name]>
}

type Method<Operation extends { input: object; output: unknown }> = object extends Operation['input']
  ? (input?: Operation['input']) => Promise<Operation['output']>
  : (input: Operation['input']) => Promise<Operation['output']>

/** What Poolhouse refused; `name` is the type, such as AccessDeniedException. */
export class AdminError extends Error {
  readonly status: number
  readonly requestId: string | undefined

  constructor(name: string, message: string, status: number, requestId: string | undefined) {
    super(message)
    this.name = name
    this.status = status
    this.requestId = requestId
  }
}

const names: Record<keyof PoolhouseOperations, true> = {
  CreateAccessKey: true,
  DeleteAccessKey: true,
  DeleteRole: true,
  DescribeRole: true,
  GetClientExtensions: true,
  GetUserPoolExtensions: true,
  ListAccessKeys: true,
  ListRoles: true,
  LookupEvents: true,
  PutClientExtensions: true,
  PutRole: true,
  PutUserPoolExtensions: true,
  SetOperatorsPool: true,
  SetUpOperators: true,
  VerifyEvents: true,
}

export function createAdmin(options: AdminOptions): Admin {
  const methods = Object.keys(names).map((name) => [
    name[0]!.toLowerCase() + name.slice(1),
    (input: object = {}) => call(options, name, input),
  ])
  return Object.fromEntries(methods) as Admin
}

async function call({ endpoint, region, credentials }: AdminOptions, name: string, input: object): Promise<unknown> {
  const url = new URL('/', endpoint)
  const body = JSON.stringify(input, toWire)
  const headers = signPost({
    url,
    body,
    region,
    service: 'poolhouse',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Poolhouse.${name}` },
    credentials: typeof credentials === 'function' ? await credentials() : credentials,
    now: new Date(),
  })
  const response = await fetch(url, { method: 'POST', headers, body })
  const text = await response.text()
  if (response.ok) return text === '' ? undefined : JSON.parse(text, fromWire)
  const { type, message } = refusalIn(text)
  throw new AdminError(type, message, response.status, response.headers.get('x-amzn-requestid') ?? undefined)
}

const isTime = (name: string) => /(Date|Time)$/.test(name)

function toWire(this: Record<string, unknown>, name: string, value: unknown): unknown {
  const time = this[name]
  return time instanceof Date ? time.getTime() / 1000 : value
}

const fromWire = (name: string, value: unknown) =>
  isTime(name) && typeof value === 'number' ? new Date(value * 1000) : value

function refusalIn(text: string): { type: string; message: string } {
  try {
    const { __type, message, Message } = JSON.parse(text)
    return { type: String(__type ?? 'Error'), message: String(message ?? Message ?? '') }
  } catch {
    return { type: 'Error', message: text.slice(0, 200) }
  }
}
