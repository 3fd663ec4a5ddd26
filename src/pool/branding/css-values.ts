/** What CSS can do besides looking: load something, or say one thing to a filter and another to a browser. */

const functions = /(?:url|src|image|image-set|cross-fade|element|expression|attr|paint)\s*\(/i
const ownReference = /url\(\s*(["']?)#[\w.:-]+\1\s*\)/gi

/** True where a value loads nothing. References within the document itself are left alone, escapes are not. */
export function isTameValue(text: string): boolean {
  if (/[\\\0]|<!|javascript:|vbscript:|-moz-binding|behaviou?r\s*:/i.test(text)) return false
  return !functions.test(text.replace(ownReference, ''))
}

/** The same for a whole stylesheet, which could also import. */
export function isTameStylesheet(text: string): boolean {
  return isTameValue(text) && !/@(?!media\b|keyframes\b|supports\b)/i.test(text)
}
