import { apiUrl, settings } from '../settings.ts'
import { ApiError } from './api-error.ts'
import { type Answer, ask, parseAnswer } from './ask.ts'
import { noteCall } from './journal.ts'
import { type Credentials, signPost } from './sign.ts'
import type {
  CognitoInput,
  CognitoName,
  CognitoOutput,
  PoolhouseInput,
  PoolhouseName,
  PoolhouseOutput,
} from './wire.ts'

/** Who signs; the session sets it. It waits where somebody is asked to sign in again. */
let findCredentials: () => Promise<Credentials> = async () => {
  throw new ApiError('SignedOut', 'Nobody is signed in.')
}

/** Called where the server takes these credentials no longer. Whether others have taken their place, or will. */
let onEnded: (credentials: Credentials, refusal: ApiError) => Promise<boolean> = async () => false

/** Whether these credentials have been of use: there may be something on the page by now. */
let hasAnswered = false

export const hasBeenAnswered = (): boolean => hasAnswered

export function signWith(find: typeof findCredentials, ended: typeof onEnded): void {
  findCredentials = find
  onEnded = ended
}

const endings = ['UnrecognizedClientException', 'ExpiredTokenException']

/** Calls an operation of the user pools' API. @throws ApiError */
export const cognito = <Name extends CognitoName>(
  name: Name,
  input: CognitoInput<Name>,
): Promise<CognitoOutput<Name>> =>
  call('cognito-idp', 'AWSCognitoIdentityProviderService', name, input) as Promise<CognitoOutput<Name>>

/** Calls an operation of Poolhouse's own API. @throws ApiError */
export const poolhouse = <Name extends PoolhouseName>(
  name: Name,
  input: PoolhouseInput<Name>,
): Promise<PoolhouseOutput<Name>> =>
  call('poolhouse', 'Poolhouse', name, input as object) as Promise<PoolhouseOutput<Name>>

async function call(service: string, prefix: string, name: string, input: object): Promise<unknown> {
  const body = JSON.stringify(input)
  const credentials = await findCredentials()
  noteCall({ service, operation: name, input })
  const difference = clockDifference
  const headers = await signPost({
    url: apiUrl,
    body,
    region: settings.region,
    service,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${prefix}.${name}` },
    credentials,
    now: new Date(Date.now() + difference),
  })
  const sent = Date.now()
  const answer = await ask(apiUrl, { method: 'POST', headers, body, credentials: 'omit' })
  hasAnswered ||= answer.ok
  if (answer.ok) return answer.text === '' ? {} : parseAnswer(answer)
  const refusal = refusalIn(answer)
  if (refusal.type === 'InvalidSignatureException' && followClock(answer, { sent, difference }))
    return call(service, prefix, name, input)
  if (!endings.includes(refusal.type)) throw refusal
  if (!(await onEnded(credentials, refusal))) throw refusal
  return call(service, prefix, name, input)
}

/** Milliseconds by which the server's clock is ahead of this machine's, once that has mattered. */
let clockDifference = 0

/**
 * A signature is good for minutes. Whether the server's clock differs so much from the one that was signed by that
 * another try makes sense; of calls that were out at the same time, each is tried again.
 */
function followClock({ headers }: Answer, { sent, difference }: { sent: number; difference: number }): boolean {
  const time = Date.parse(headers.get('date') ?? '')
  if (Number.isNaN(time) || Math.abs(time - sent - difference) < 60_000) return false
  clockDifference = time - sent
  return true
}

function refusalIn(answer: Answer): ApiError {
  const { status, headers } = answer
  const requestId = headers.get('x-amzn-requestid') ?? undefined
  try {
    const { __type, message, Message } = parseAnswer<Record<string, unknown>>(answer)
    return new ApiError(String(__type), String(message ?? Message ?? __type), { status, requestId })
  } catch (error) {
    return error as ApiError
  }
}
