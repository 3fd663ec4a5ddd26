import type { Locator } from 'playwright-core'

/** The text of the first such element, as it is read. */
export const textOf = async (locator: Locator): Promise<string> => ((await locator.first().textContent()) ?? '').trim()
