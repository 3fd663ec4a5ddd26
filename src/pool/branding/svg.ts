import { InvalidParameter } from '../../model/errors.ts'
import { isTameStylesheet, isTameValue } from './css-values.ts'
import { svgAttributes, svgElements } from './svg-lists.ts'
import { parseXml, writeXml, type XmlElement, XmlRefused } from './svg-parser.ts'

const svgNamespace = 'http://www.w3.org/2000/svg'
const namespaces: Record<string, string> = { xmlns: svgNamespace, 'xmlns:xlink': 'http://www.w3.org/1999/xlink' }
const picture = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*$/i

/**
 * Serializes the picture again from its parsed tree: no scripts, no event handlers, no external references. As on the
 * service, a file with anything outside the lists is refused, not cleaned. @throws InvalidParameterException
 */
export function cleanSvg(bytes: Uint8Array): string {
  try {
    const root = parseXml(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (root.name !== 'svg') throw new XmlRefused('its first element is not svg')
    checkElement(root)
    if (!root.attributes.some(([key]) => key === 'xmlns')) root.attributes.unshift(['xmlns', svgNamespace])
    return writeXml(root)
  } catch (error) {
    if (error instanceof XmlRefused) throw new InvalidParameter(`Invalid SVG: ${error.message}.`)
    if (error instanceof TypeError) throw new InvalidParameter('Invalid SVG: it is not UTF-8 text.')
    throw error
  }
}

function checkElement(element: XmlElement): void {
  const { name, attributes, children } = element
  if (!svgElements.has(name.toLowerCase())) throw new XmlRefused(`the element ${shown(name)} is not allowed`)
  for (const [key, value] of attributes) checkAttribute(key, value)
  for (const child of children) {
    if (typeof child !== 'string') checkElement(child)
    else if (name.toLowerCase() === 'style' && !isTameStylesheet(child))
      throw new XmlRefused('its style refers to elsewhere')
  }
}

function checkAttribute(key: string, value: string): void {
  const lower = key.toLowerCase()
  if (!svgAttributes.has(lower)) throw new XmlRefused(`the attribute ${shown(key)} is not allowed`)
  if (lower.startsWith('xmlns')) {
    if (namespaces[key] !== value) throw new XmlRefused('a namespace is not allowed')
  } else if (lower.endsWith('href')) {
    if (!value.startsWith('#') && !picture.test(value)) throw new XmlRefused('it refers to elsewhere')
  } else if (lower === 'attributename') {
    if (/href|^on|style|xmlns/i.test(value)) throw new XmlRefused('an animation of that attribute is not allowed')
  } else if (!isTameValue(value)) {
    throw new XmlRefused(`the attribute ${shown(key)} refers to elsewhere`)
  }
}

const shown = (name: string) => name.slice(0, 40)
