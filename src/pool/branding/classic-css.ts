/**
 * The stylesheet of the classic pages: flat rules for a fixed list of classes. Anything else is refused when it is set.
 * Of an accepted stylesheet, pages use only known properties with values that load nothing.
 */
import { InvalidParameter } from '../../model/errors.ts'
import { isTameValue } from './css-values.ts'

export interface ClassicRule {
  /** As `submitButton-customizable:hover`. */
  selector: string
  declarations: [property: string, value: string][]
}

export const classicSelectors = [
  'background-customizable',
  'banner-customizable',
  'errorMessage-customizable',
  'idpButton-customizable',
  'idpButton-customizable:hover',
  'idpDescription-customizable',
  'inputField-customizable',
  'inputField-customizable:focus',
  'label-customizable',
  'legalText-customizable',
  'logo-customizable',
  'passwordCheck-valid-customizable',
  'passwordCheck-notValid-customizable',
  'redirect-customizable',
  'socialButton-customizable',
  'submitButton-customizable',
  'submitButton-customizable:hover',
  'textDescription-customizable',
] as const

/** The classes of the service's template, and a few more that stylesheets in use contain. */
const shownProperties = new Set(
  `background background-color background-image background-position background-repeat background-size border
  border-bottom border-color border-left border-radius border-right border-style border-top border-width box-shadow
  box-sizing color display font-family font-size font-style font-weight height letter-spacing line-height margin
  margin-bottom margin-left margin-right margin-top max-height max-width min-height opacity outline padding
  padding-bottom padding-left padding-right padding-top text-align text-decoration text-shadow text-transform transition
  width`.split(/\s+/),
)

/** A picture within the text itself loads nothing. */
const inlinePicture = /url\(\s*(["']?)data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*\1\s*\)/gi

/** @throws InvalidParameterException */
export function readClassicCss(css: string): ClassicRule[] {
  const text = withoutComments(css).trim()
  const statement = /@[\w-]*|<\/?[a-z!]|javascript:|expression\s*\(|\/\*/i.exec(text)?.[0]
  if (statement) throw new InvalidParameter(`Invalid CSS: ${statement} is not allowed.`)

  return splitRules(text).flatMap(({ selectors, block }) => {
    const declarations = readDeclarations(block)
    return selectors.split(',').map((selector) => ({ selector: className(selector.trim()), declarations }))
  })
}

/** A comment without an end stays, and is refused with the statements that are not allowed. */
function withoutComments(css: string): string {
  let text = ''
  let at = 0
  for (;;) {
    const start = css.indexOf('/*', at)
    const end = start === -1 ? -1 : css.indexOf('*/', start + 2)
    if (end === -1) return text + css.slice(at)
    text += `${css.slice(at, start)} `
    at = end + 2
  }
}

/** Splits at braces, which neither selectors nor declarations contain. */
function splitRules(text: string): { selectors: string; block: string }[] {
  if (text === '') return []
  const parts = text.split('}')
  if (parts.pop()!.trim() !== '') throw malformedRule()
  return parts.map((part) => {
    const [selectors, block, ...more] = part.split('{')
    if (block === undefined || more.length > 0) throw malformedRule()
    return { selectors: selectors!, block }
  })
}

const malformedRule = () => new InvalidParameter('Invalid CSS: a rule is not well formed.')

function className(selector: string): string {
  const known = classicSelectors.find((name) => `.${name}` === selector)
  if (!known)
    throw new InvalidParameter(`The CSS class ${selector.slice(0, 60)} is not in the list of allowed classes.`)
  return known
}

function readDeclarations(block: string): ClassicRule['declarations'] {
  return splitDeclarations(block).map((part) => {
    const colon = part.indexOf(':')
    const property = part.slice(0, Math.max(colon, 0)).trim()
    const value = part.slice(colon + 1).trim()
    if (colon === -1 || value === '' || !/^-?[a-z][a-z-]*$/i.test(property))
      throw new InvalidParameter('Invalid CSS: a declaration is not well formed.')
    return [property.toLowerCase(), value]
  })
}

/** Splits at semicolons, except within quotes or brackets, as in a data URL. */
function splitDeclarations(block: string): string[] {
  const parts = block.match(/(?:"[^"\n]*"|'[^'\n]*'|\([^()]*\)|[^;])+/g) ?? []
  return parts.filter((part) => part.trim() !== '')
}

/**
 * The stylesheet as a page uses it: no value can end its declaration early or load anything. The prefix `:root` gives
 * it precedence over the page's own.
 */
export function writeClassicCss(rules: ClassicRule[]): string {
  return rules
    .map(({ selector, declarations }) => {
      const shown = declarations.filter(([property, value]) => shownProperties.has(property) && isTame(value))
      return shown.length > 0 ? `:root .${selector}{${shown.map(([name, value]) => `${name}:${value}`).join(';')}}` : ''
    })
    .join('')
}

function isTame(value: string): boolean {
  const rest = value.replace(inlinePicture, '')
  return isTameValue(rest) && /^[\w\s#%.,()+*/!"'-]*$/.test(rest) && areQuotesPaired(rest)
}

// An unclosed quote or bracket would swallow the declarations after it.
function areQuotesPaired(value: string): boolean {
  const bare = value.replace(/"[^"\n]*"|'[^'\n]*'/g, '')
  if (/["']/.test(bare)) return false
  let depth = 0
  for (const character of bare) {
    if (character === '(') depth++
    if (character === ')' && --depth < 0) return false
  }
  return depth === 0
}
