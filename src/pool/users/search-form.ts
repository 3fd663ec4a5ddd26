import { foldCase } from '../../lib/fold.ts'

/** Attributes that ListUsers looks for whatever their case is. */
export const foldedAttributes = ['email', 'name', 'given_name', 'family_name', 'preferred_username'] as const

export type FoldedAttribute = (typeof foldedAttributes)[number]

/** Where the form of a value differs from it: both, by the name of the attribute. A form is good for its value alone. */
export type SearchForms = Partial<Record<FoldedAttribute, [value: string, form: string]>>

// What an index entry is sure to hold. Some characters take more room once they are folded.
const maxBytes = 2048

/** A value as it is compared in searches. */
export function searchForm(value: string): string {
  const folded = foldCase(value)
  if (folded.length * 3 <= maxBytes || Buffer.byteLength(folded) <= maxBytes) return folded
  const bytes = Buffer.from(folded)
  let end = maxBytes
  while ((bytes[end]! & 0xc0) === 0x80) end--
  return bytes.subarray(0, end).toString()
}

/** The forms to store with these attributes; null where there are none, as for most users. */
export function searchForms(attributes: Record<string, string>): SearchForms | null {
  const forms: SearchForms = {}
  let some = false
  for (const name of foldedAttributes) {
    const value = attributes[name]
    const form = value && searchForm(value)
    if (!form || form === value) continue
    forms[name] = [value!, form]
    some = true
  }
  return some ? forms : null
}
