/**
 * Shows the HTML of a mail in an empty frame. The frame is sandboxed without scripts, and the console's policy is on it; what
 * is taken out here would be of no effect there, and would only complain. Styles are set by script: as text, the policy
 * refuses them.
 */
const unwanted = 'script, iframe, frame, object, embed, link, meta, base, form, input, button, template, svg, math'

/** Styles and handlers have other names in it: the policy is asked about every one that a parser comes across. */
export function parseMail(html: string): Document {
  const renamed = html
    .replace(/<(\/?)style\b/gi, '<$1mail-style')
    .replace(/([\s/"'])style(\s*=)/gi, '$1data-mail-style$2')
    .replace(/([\s/"'])on(\w+\s*=)/gi, '$1data-mail-on$2')
  return new DOMParser().parseFromString(renamed, 'text/html')
}

export function showMail(frame: Document, html: string): void {
  const parsed = parseMail(html)
  for (const element of parsed.querySelectorAll(unwanted)) element.remove()
  const styles = [...parsed.querySelectorAll('mail-style')].map((element) => {
    element.remove()
    return element.textContent ?? ''
  })
  for (const element of parsed.querySelectorAll('*')) cleanAttributes(element)
  frame.body.replaceChildren(...[...parsed.body.childNodes].map((node) => frame.importNode(node, true)))
  for (const element of frame.querySelectorAll<HTMLElement>('[data-mail-style]'))
    element.style.cssText = withoutAddresses(element.dataset.mailStyle ?? '')
  frame.adoptedStyleSheets = styles.map((text) => sheetOf(frame, withoutAddresses(text)))
}

/** Only links of the web and of mail, and pictures that are in the mail itself. */
function cleanAttributes(element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    const isLink = name === 'href' && /^(https?|mailto):/i.test(value)
    const isPicture = name === 'src' && /^data:image\/(png|jpeg|gif|webp);/i.test(value)
    const isAddress = ['href', 'src', 'srcset', 'xlink:href', 'action', 'formaction', 'background', 'poster'].includes(
      name,
    )
    if (/^(data-mail-)?on/.test(name) || (isAddress && !isLink && !isPicture)) element.removeAttribute(name)
  }
  if (element.localName === 'a') {
    element.setAttribute('target', '_blank')
    element.setAttribute('rel', 'noreferrer')
  }
}

const withoutAddresses = (css: string) => css.replace(/@import[^;]*;?/gi, '').replace(/url\([^)]*\)/gi, 'none')

function sheetOf(frame: Document, css: string): CSSStyleSheet {
  const Sheet = (frame.defaultView as unknown as { CSSStyleSheet: typeof CSSStyleSheet }).CSSStyleSheet
  const sheet = new Sheet()
  sheet.replaceSync(css)
  return sheet
}
