import { type Credentials, signPost } from './sign.ts'

export interface Endpoint {
  /** The base URL of Poolhouse. */
  endpoint: string
  region: string
  /** A key pair or temporary credentials, or a function that provides them before each call. */
  credentials: Credentials | (() => Promise<Credentials>)
}

/** A refusal by Poolhouse; `name` is the type, such as AccessDeniedException. */
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

const services = { Poolhouse: 'poolhouse', AWSCognitoIdentityProviderService: 'cognito-idp' }

/** Makes one signed call of an operation. @throws AdminError if it is refused */
export async function callOperation(
  { endpoint, region, credentials }: Endpoint,
  target: keyof typeof services,
  name: string,
  input: object,
): Promise<unknown> {
  const url = new URL('/', endpoint)
  const body = JSON.stringify(input, toWire)
  const headers = signPost({
    url,
    body,
    region,
    service: services[target],
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${target}.${name}` },
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

function fromWire(name: string, value: unknown): unknown {
  if (name === 'Timestamps' && Array.isArray(value)) return value.map((time) => new Date(time * 1000))
  return isTime(name) && typeof value === 'number' ? new Date(value * 1000) : value
}

function refusalIn(text: string): { type: string; message: string } {
  try {
    const { __type, message, Message } = JSON.parse(text)
    return { type: String(__type ?? 'Error'), message: String(message ?? Message ?? '') }
  } catch {
    return { type: 'Error', message: text.slice(0, 200) }
  }
}
