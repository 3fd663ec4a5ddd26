import type { Credentials } from '../api/sign.ts'

/** A development server signs its own machine in; undefined where this browser is on another. */
export async function developmentCredentials(): Promise<Credentials | undefined> {
  const response = await fetch('/console/session', { method: 'POST', credentials: 'omit', cache: 'no-store' })
  return response.ok ? await response.json() : undefined
}
