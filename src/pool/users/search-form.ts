import { foldCase } from '../../lib/fold.ts'

/** Attributes that ListUsers searches regardless of case. */
export const foldedAttributes = ['email', 'name', 'given_name', 'family_name', 'preferred_username'] as const

export type FoldedAttribute = (typeof foldedAttributes)[number]

/** The value and its folded form, by attribute, where the two differ. A form belongs to its value alone. */
export type SearchForms = Partial<Record<FoldedAttribute, [value: string, form: string]>>

// What fits into an index entry in any case. Some characters get longer when they are folded.
const maxBytes = 2048

/** A value in the form that searches compare. */
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
