/** The controls of a development server: its inbox, clock and faults, and a session as any user. */
import { ApiError } from './api-error.ts'
import { ask, parseAnswer } from './ask.ts'

/** Signs this browser in to a pool as a user. @returns the address of the pool's pages @throws ApiError */
export async function signInAs(userPoolId: string, username: string): Promise<string> {
  const { address } = await control<{ address: string }>('POST', '/console/sign-in-as', { userPoolId, username })
  return address
}

/** Uses a control of a development server: its inbox, its clock, its faults. @throws ApiError */
export async function control<Output>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Output> {
  const answer = await ask(path, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  if (answer.ok) return answer.text === '' ? (undefined as Output) : parseAnswer(answer)
  throw new ApiError('Refused', messageIn(answer.text) ?? `${answer.status}`, { status: answer.status })
}

function messageIn(text: string): string | undefined {
  try {
    return JSON.parse(text).message
  } catch {
    return undefined
  }
}
