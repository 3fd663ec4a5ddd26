/** The Settings document of managed login as a tree of values, each under a path like `components.form.borderRadius`. */
import { defaultSettings } from '../../../src/pool/branding/default-settings.ts'

export type Tree = { [key: string]: unknown }

export const defaults: Tree = defaultSettings

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function valueAt(tree: Tree | undefined, path: string): unknown {
  let value: unknown = tree
  for (const key of path.split('.')) value = isTree(value) ? value[key] : undefined
  return value
}

/** A copy with the value at the path. */
export function withValue(tree: Tree, path: string, value: unknown): Tree {
  const [key = '', ...rest] = path.split('.')
  if (rest.length === 0) return { ...tree, [key]: value }
  const below = tree[key]
  return { ...tree, [key]: withValue(isTree(below) ? below : {}, rest.join('.'), value) }
}

/** The paths of all values that are no trees themselves. What has no member of its own counts as a value. */
export function leavesOf(tree: Tree, above = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const path = above === '' ? key : `${above}.${key}`
    return isTree(value) && Object.keys(value).length > 0 ? leavesOf(value, path) : [path]
  })
}

export const isColor = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{8}$/i.test(value)

/** `0972d3ff` made darker or lighter, by a share of what is left. */
export function shaded(color: string, share: number): string {
  const channels = [0, 2, 4].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
  const moved = channels.map((channel) =>
    Math.round(share < 0 ? channel * (1 + share) : channel + (255 - channel) * share),
  )
  return moved.map((channel) => channel.toString(16).padStart(2, '0')).join('') + color.slice(6)
}

/** Black or white, whichever is read better on the colour. */
export function inkOn(color: string): string {
  const [red, green, blue] = [0, 2, 4].map((at) => linear(Number.parseInt(color.slice(at, at + 2), 16) / 255))
  const luminance = 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? 'ffffffff' : '000716ff'
}

const linear = (channel: number) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4)

/** Everything that has the brand's colour: buttons, links, focus, and what is chosen. */
export function brandColored(settings: Tree, mode: 'lightMode' | 'darkMode', color: string): Tree {
  const strong = shaded(color, mode === 'lightMode' ? -0.3 : 0.3)
  const values: [string, string][] = [
    [`components.primaryButton.${mode}.defaults.backgroundColor`, color],
    [`components.primaryButton.${mode}.defaults.textColor`, inkOn(color)],
    [`components.primaryButton.${mode}.hover.backgroundColor`, strong],
    [`components.primaryButton.${mode}.hover.textColor`, inkOn(strong)],
    [`components.primaryButton.${mode}.active.backgroundColor`, strong],
    [`components.primaryButton.${mode}.active.textColor`, inkOn(strong)],
    [`components.secondaryButton.${mode}.defaults.borderColor`, color],
    [`components.secondaryButton.${mode}.defaults.textColor`, color],
    [`componentClasses.link.${mode}.defaults.textColor`, color],
    [`componentClasses.link.${mode}.hover.textColor`, strong],
    [`componentClasses.focusState.${mode}.borderColor`, color],
    [`componentClasses.optionControls.${mode}.selected.backgroundColor`, color],
    [`componentClasses.optionControls.${mode}.selected.foregroundColor`, inkOn(color)],
  ]
  return values.reduce((tree, [path, value]) => withValue(tree, path, value), settings)
}

/** `primaryButton.lightMode` as `Primary button, light mode`. */
export function wordsOf(path: string): string {
  const words = path
    .split('.')
    .map((key) => key.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase())
    .join(', ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
