/** The controls of a development server: its inbox, clock and faults, and a session as any user. */
import { ApiError } from './api-error.ts'

/** Signs this browser in to a pool as a user. @returns the address of the pool's pages @throws ApiError */
export async function signInAs(userPoolId: string, username: string): Promise<string> {
  const { address } = await control<{ address: string }>('POST', '/console/sign-in-as', { userPoolId, username })
  return address
}

/** Uses a control of a development server: its inbox, its clock, its faults. @throws ApiError */
export async function control<Answer>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer> {
  const response = await fetch(path, {
    method,
    cache: 'no-store',
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text()
  if (response.ok) return text === '' ? (undefined as Answer) : JSON.parse(text)
  throw new ApiError('Refused', messageIn(text) ?? `${response.status}`, { status: response.status })
}

function messageIn(text: string): string | undefined {
  try {
    return JSON.parse(text).message
  } catch {
    return undefined
  }
}
