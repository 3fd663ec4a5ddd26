import type { PageReason, Reason } from '../../model/reasons.ts'
import { isTextKey, type TextKey, type Translate } from './texts.ts'

/** Who refuses and why; `message` is what is shown where the pages have no text for the reason, such as a trigger's own words. */
export interface Refused {
  reason?: Reason | PageReason
  message: string
}

/** A refusal in the language of the page. */
export function refusalText(t: Translate, { reason, message }: Refused): string {
  const key = `refusal.${reason}`
  return isTextKey(key) ? t(key) : message
}

/** The reasons that the pages have a text for. */
export type TranslatedReason = TextKey extends infer Key ? (Key extends `refusal.${infer Name}` ? Name : never) : never
