import { ask, parseAnswer } from '../api/ask.ts'
import type { Credentials } from '../api/sign.ts'

/** A development server signs its own machine in; undefined where this browser is on another. */
export async function developmentCredentials(): Promise<Credentials | undefined> {
  const answer = await ask('/console/session', { method: 'POST', credentials: 'omit' })
  if (answer.ok || answer.status >= 500) return parseAnswer(answer)
  return undefined
}
