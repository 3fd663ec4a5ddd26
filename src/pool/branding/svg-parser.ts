/** A strict parser for the part of XML that pictures need. Whatever a browser might parse differently is refused. */

export interface XmlElement {
  name: string
  attributes: [name: string, value: string][]
  children: (XmlElement | string)[]
}

/** Not well formed, or uses a feature that pictures don't need. */
export class XmlRefused extends Error {}

const maxDepth = 100
const maxElements = 50_000

const name = /[A-Za-z_][\w.:-]*/y
const attribute = /\s+([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
const tagEnd = /\s*(\/?)>/y
const closing = /<\/([A-Za-z_][\w.:-]*)\s*>/y
const prolog = /^\uFEFF?\s*(?:<\?xml\s[^?<>]*\?>)?/
const comment = /<!--[\s\S]*?-->/y
const cdata = /<!\[CDATA\[([\s\S]*?)\]\]>/y
// Without an internal subset it declares nothing.
const doctype = /<!DOCTYPE\s[^[\]<>]*>/iy
const entity = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi
const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

export function parseXml(text: string): XmlElement {
  const root: XmlElement = { name: '', attributes: [], children: [] }
  const open = [root]
  let at = prolog.exec(text)?.[0].length ?? 0
  let elements = 0

  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match) at = pattern.lastIndex
    return match ?? undefined
  }

  // The first of these that the text starts with.
  const readers: [start: string, read: (parent: XmlElement) => void][] = [
    ['<!--', skipComment],
    ['<![CDATA[', readCdata],
    ['</', readEndTag],
    ['<!', skipDoctype],
    ['<', readElement],
    ['', readText],
  ]
  while (at < text.length) {
    const [, read] = readers.find(([start]) => text.startsWith(start, at))!
    read(open.at(-1)!)
  }

  const [first, ...rest] = root.children
  if (open.length > 1 || typeof first !== 'object' || rest.length > 0) throw new XmlRefused('it is not well formed')
  return first

  function skipComment(): void {
    if (!take(comment)) throw new XmlRefused('a comment has no end')
  }

  function readCdata(parent: XmlElement): void {
    const found = take(cdata)
    if (!found) throw new XmlRefused('a CDATA section has no end')
    addText(parent, found[1]!)
  }

  function readEndTag(parent: XmlElement): void {
    const found = take(closing)
    if (!found || open.length === 1 || found[1] !== parent.name) throw new XmlRefused('an end tag has no start')
    open.pop()
  }

  function skipDoctype(): void {
    if (open.length > 1 || elements > 0 || !take(doctype)) throw new XmlRefused('a declaration is not allowed')
  }

  function readElement(parent: XmlElement): void {
    if (++elements > maxElements || open.length > maxDepth) throw new XmlRefused('too many elements')
    const { element, closed } = readTag()
    parent.children.push(element)
    if (!closed) open.push(element)
  }

  function readText(parent: XmlElement): void {
    const next = text.indexOf('<', at)
    const end = next === -1 ? text.length : next
    addText(parent, decode(text.slice(at, end)))
    at = end
  }

  function readTag(): { element: XmlElement; closed: boolean } {
    at++
    const found = take(name)
    if (!found) throw new XmlRefused('a tag is not well formed')
    const element: XmlElement = { name: found[0], attributes: [], children: [] }
    const seen = new Set<string>()
    for (let next = take(attribute); next; next = take(attribute)) {
      const key = next[1]!
      if (seen.has(key)) throw new XmlRefused('an attribute is there twice')
      seen.add(key)
      element.attributes.push([key, decode(next[2] ?? next[3]!)])
    }
    const end = take(tagEnd)
    if (!end) throw new XmlRefused('a tag is not well formed')
    return { element, closed: end[1] === '/' }
  }
}

function addText(parent: XmlElement, text: string): void {
  if (parent.name !== '') parent.children.push(text)
  else if (text.trim() !== '') throw new XmlRefused('text stands outside of the picture')
}

function decode(text: string): string {
  if (!text.includes('&')) return text
  if (text.replace(entity, '').includes('&')) throw new XmlRefused('a reference is not well formed')
  return text.replace(entity, (_, decimal?: string, hex?: string, key?: string) => {
    if (key) return Object.hasOwn(named, key) ? named[key]! : refuseEntity()
    const code = decimal ? Number(decimal) : Number.parseInt(hex!, 16)
    const isText = (code >= 0x20 && code <= 0x10ffff) || [9, 10, 13].includes(code)
    return isText ? String.fromCodePoint(code) : refuseEntity()
  })
}

function refuseEntity(): never {
  throw new XmlRefused('an entity is not allowed')
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeText = (text: string) => text.replace(/[&<>"]/g, (character) => escapes[character]!)

export function writeXml({ name, attributes, children }: XmlElement): string {
  const start = name + attributes.map(([key, value]) => ` ${key}="${escapeText(value)}"`).join('')
  if (children.length === 0) return `<${start}/>`
  return `<${start}>${children.map((child) => (typeof child === 'string' ? escapeText(child) : writeXml(child))).join('')}</${name}>`
}
