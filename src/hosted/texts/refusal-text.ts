import type { PageReason, Reason } from '../../model/reasons.ts'
import { isTextKey, type TextKey, type Translate } from './texts.ts'

/** A refusal. `message` is shown if the pages have no text for the reason, such as for a trigger's own message. */
export interface Refused {
  reason?: Reason | PageReason
  message: string
  values?: Record<string, string>
}

/** A refusal in the language of the page. */
export function refusalText(t: Translate, { reason, message, values }: Refused): string {
  const key = (reason && forPeople[reason]) ?? `refusal.${reason}`
  return isTextKey(key) ? t(key, values) : message
}

/** Where the service's own words are for programmers. */
const forPeople: Partial<Record<Reason | PageReason, TextKey>> = { 'no-fitting-factor': 'error.noFittingFactor' }

/** The reasons that the pages have a text for. */
export type TranslatedReason = TextKey extends infer Key ? (Key extends `refusal.${infer Name}` ? Name : never) : never
