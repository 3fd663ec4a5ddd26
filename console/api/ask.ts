import { ApiError } from './api-error.ts'

export interface Answer {
  /** Where redirects have ended. */
  url: string
  ok: boolean
  status: number
  headers: Headers
  text: string
}

/** Asks a server, and reads its answer to the end. @throws ApiError where it can't be reached or the connection is cut */
export async function ask(url: string | URL, request: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, { cache: 'no-store', ...request })
    const { url: reached, ok, status, headers } = response
    return { url: reached, ok, status, headers, text: await response.text() }
  } catch {
    throw new ApiError('Unreachable', 'The server can’t be reached.')
  }
}

/** What the server answers in JSON. @throws ApiError where something else has answered, such as a proxy with a page */
export function parseAnswer<Value>({ text, status }: Answer): Value {
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable(status)
  }
}

/** The server, or what stands before it, gave no answer that says more than its status. */
export const unreadable = (status: number): ApiError =>
  new ApiError('Unreadable', `The server answered ${status} without saying why.`, { status })
