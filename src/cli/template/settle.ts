import { isObject } from './read-template.ts'

export type Outcome = 'created' | 'updated' | 'unchanged'

/**
 * Creates what is not there yet, and updates what differs. `desired` is compared with what the server describes: what
 * the template does not mention is not compared.
 */
export async function settle<Found>(
  desired: object,
  steps: {
    find: () => Promise<Found | undefined>
    create: () => Promise<unknown>
    update: (found: Found) => Promise<unknown>
  },
): Promise<Outcome> {
  const found = await orUndefined(steps.find())
  if (found === undefined) {
    await steps.create()
    return 'created'
  }
  if (isPartOf(desired, found)) return 'unchanged'
  await steps.update(found)
  return 'updated'
}

export async function orUndefined<T>(result: Promise<T>): Promise<T | undefined> {
  return result.catch((error: Error) => {
    if (error.name === 'ResourceNotFoundException' || error.name === 'UserNotFoundException') return undefined
    throw error
  })
}

/** Whether every member of `desired` has the same value in `found`. */
export function isPartOf(desired: unknown, found: unknown): boolean {
  if (Array.isArray(desired))
    return (
      Array.isArray(found) && desired.length === found.length && desired.every((item, i) => isPartOf(item, found[i]))
    )
  if (!isObject(desired)) return desired === found
  return (
    isObject(found) &&
    Object.entries(desired).every(([name, value]) => value === undefined || isPartOf(value, found[name]))
  )
}
