import type { BrandingSettings } from '../../pool/branding/default-settings.ts'
import { completeSettings } from '../../pool/branding/settings.ts'
import type { Image } from './image.ts'

type Mode = 'lightMode' | 'darkMode'

/** Background pictures, by address. */
export type Backgrounds = Partial<Record<'page' | 'form' | 'header' | 'footer', Image>>

/** The service defaults to LIGHT; a style nobody has chosen follows the browser. */
export const unbranded = completeSettings({ categories: { global: { colorSchemeMode: 'DYNAMIC' } } })
export const unbrandedLight = completeSettings({ categories: { global: { colorSchemeMode: 'LIGHT' } } })

const button = (name: string, path: string, states: string[], parts: string[]): Record<string, string> =>
  Object.fromEntries(
    states.flatMap((state) =>
      parts.map((part) => [
        `${name}${state === 'defaults' ? '' : `-${state}`}-${part}`,
        `${path}.*.${state}.${part === 'background' || part === 'border' ? `${part}Color` : 'textColor'}`,
      ]),
    ),
  )

const states = ['defaults', 'hover', 'active']

// Custom property → path of its colour in the settings; `*` is the mode.
const colors: Record<string, string> = {
  'page-background': 'components.pageBackground.*.color',
  heading: 'components.pageText.*.headingColor',
  text: 'components.pageText.*.bodyColor',
  lead: 'components.pageText.*.descriptionColor',
  'header-background': 'components.pageHeader.*.background.color',
  'header-border': 'components.pageHeader.*.borderColor',
  'footer-background': 'components.pageFooter.*.background.color',
  'footer-border': 'components.pageFooter.*.borderColor',
  'form-background': 'components.form.*.backgroundColor',
  'form-border': 'components.form.*.borderColor',
  label: 'componentClasses.inputLabel.*.textColor',
  description: 'componentClasses.inputDescription.*.textColor',
  'input-background': 'componentClasses.input.*.defaults.backgroundColor',
  'input-border': 'componentClasses.input.*.defaults.borderColor',
  placeholder: 'componentClasses.input.*.placeholderColor',
  'option-background': 'componentClasses.optionControls.*.defaults.backgroundColor',
  'option-border': 'componentClasses.optionControls.*.defaults.borderColor',
  'option-selected-background': 'componentClasses.optionControls.*.selected.backgroundColor',
  'option-selected-foreground': 'componentClasses.optionControls.*.selected.foregroundColor',
  'menu-background': 'componentClasses.dropDown.*.defaults.itemBackgroundColor',
  'menu-hover-background': 'componentClasses.dropDown.*.hover.itemBackgroundColor',
  'menu-hover-border': 'componentClasses.dropDown.*.hover.itemBorderColor',
  'menu-hover-text': 'componentClasses.dropDown.*.hover.itemTextColor',
  'menu-match-background': 'componentClasses.dropDown.*.match.itemBackgroundColor',
  'menu-match-text': 'componentClasses.dropDown.*.match.itemTextColor',
  focus: 'componentClasses.focusState.*.borderColor',
  divider: 'componentClasses.divider.*.borderColor',
  link: 'componentClasses.link.*.defaults.textColor',
  'link-hover': 'componentClasses.link.*.hover.textColor',
  ...button('button', 'components.primaryButton', states, ['background', 'text']),
  'button-disabled-background': 'components.primaryButton.*.disabled.backgroundColor',
  'button-disabled-border': 'components.primaryButton.*.disabled.borderColor',
  ...button('secondary', 'components.secondaryButton', states, ['background', 'border', 'text']),
  ...button('idp', 'components.idpButton.standard', states, ['background', 'border', 'text']),
  error: 'componentClasses.statusIndicator.*.error.indicatorColor',
  'error-background': 'components.alert.*.error.backgroundColor',
  'error-border': 'components.alert.*.error.borderColor',
  success: 'componentClasses.statusIndicator.*.success.indicatorColor',
  'success-background': 'componentClasses.statusIndicator.*.success.backgroundColor',
  'success-border': 'componentClasses.statusIndicator.*.success.borderColor',
  warning: 'componentClasses.statusIndicator.*.warning.indicatorColor',
  'warning-background': 'componentClasses.statusIndicator.*.warning.backgroundColor',
  'warning-border': 'componentClasses.statusIndicator.*.warning.borderColor',
  pending: 'componentClasses.statusIndicator.*.pending.indicatorColor',
}
const customButton = button('idp', '', states, ['background', 'border', 'text'])

const radii: Record<string, string> = {
  'button-radius': 'componentClasses.buttons.borderRadius',
  'input-radius': 'componentClasses.input.borderRadius',
  'menu-radius': 'componentClasses.dropDown.borderRadius',
  'form-radius': 'components.form.borderRadius',
  'alert-radius': 'components.alert.borderRadius',
}

/** The settings as CSS custom properties, which are all the stylesheet reads of a style. */
export function themeCss(settings: BrandingSettings, backgrounds: Backgrounds = {}): string {
  const { colorSchemeMode } = settings.categories.global
  const always = [...shapes(settings), ...placement(settings)]
  const mode = (name: Mode) => [...modeColors(settings, name), ...modeBackgrounds(settings, backgrounds, name)]
  const sheet = (scheme: string, name: Mode) =>
    rule(':root', [`color-scheme:${scheme}`, ...always, ...mode(name)]) + customButtons(settings, name)

  if (colorSchemeMode === 'LIGHT') return sheet('light', 'lightMode')
  if (colorSchemeMode === 'DARK') return sheet('dark', 'darkMode')
  const dark = rule(':root', mode('darkMode')) + customButtons(settings, 'darkMode')
  return `${sheet('light dark', 'lightMode')}@media (prefers-color-scheme:dark){${dark}}`
}

function modeColors(settings: BrandingSettings, mode: Mode): string[] {
  return Object.entries(colors).map(([name, path]) => `--${name}:${color(valueAt(settings, path.replace('*', mode)))}`)
}

function modeBackgrounds({ components }: BrandingSettings, backgrounds: Backgrounds, mode: Mode): string[] {
  const picture = (enabled: boolean, image: Image | undefined, otherwise = 'none') => {
    if (!enabled) return 'none'
    const file = mode === 'darkMode' ? (image?.dark ?? image?.light) : image?.light
    // Relative to the stylesheet that uses it, which is in a sibling folder.
    return file && /^[\w-]+\.[a-z]+$/.test(file) ? `url("../branding/${file}")` : otherwise
  }
  const { pageBackground, form, pageHeader, pageFooter } = components
  return [
    `--page-image:${picture(pageBackground.image.enabled, backgrounds.page, 'var(--page-pattern)')}`,
    `--form-image:${picture(form.backgroundImage.enabled, backgrounds.form)}`,
    `--header-image:${picture(pageHeader.backgroundImage.enabled, backgrounds.header)}`,
    `--footer-image:${picture(pageFooter.backgroundImage.enabled, backgrounds.footer)}`,
  ]
}

function shapes(settings: BrandingSettings): string[] {
  return Object.entries(radii).map(([name, path]) => `--${name}:${pixels(valueAt(settings, path))}`)
}

/** Settings for which only the default is documented; the other values are inferred from their names. */
function placement({ categories }: BrandingSettings): string[] {
  const { form, global } = categories
  const density = /COMPACT|DENSE|TIGHT|NARROW/.test(global.spacingDensity)
    ? 0.7
    : /COMFORT|SPACIOUS|RELAX|LOOSE|WIDE/.test(global.spacingDensity)
      ? 1.3
      : 1
  return [
    `--density:${density}`,
    `--form-inline:${edge(form.location.horizontal)}`,
    `--form-block:${edge(form.location.vertical)}`,
    `--graphics:${form.displayGraphics ? 'block' : 'none'}`,
  ]
}

export function edge(word: string): 'start' | 'center' | 'end' {
  if (/^(START|LEFT|TOP)$/.test(word)) return 'start'
  return /^(END|RIGHT|BOTTOM)$/.test(word) ? 'end' : 'center'
}

function customButtons(settings: BrandingSettings, mode: Mode): string {
  const custom: Record<string, object> = settings.components.idpButton.custom
  return Object.entries(custom)
    .map(([provider, tree]) => {
      const own = Object.entries(customButton)
        .map(([name, path]) => [name, valueAt(tree, path.replace('.*', mode))] as const)
        .filter(([, value]) => value !== undefined)
      if (own.length === 0) return ''
      const declarations = own.map(([name, value]) => `--${name}:${color(value)}`)
      return rule(`.idp[data-provider="${escapeString(provider)}"]`, declarations)
    })
    .join('')
}

function valueAt(tree: object, path: string): unknown {
  return path.split('.').reduce((value: unknown, key) => (value as Record<string, unknown> | undefined)?.[key], tree)
}

// Anything but a colour or number could break out of its declaration, so it is dropped.
const color = (value: unknown): string =>
  typeof value === 'string' && /^[0-9a-f]{8}$/i.test(value) ? `#${value}` : 'unset'
const pixels = (value: unknown): string =>
  typeof value === 'number' && value >= 0 && value <= 1000 ? `${value}px` : '0'
const escapeString = (text: string): string =>
  text.replace(/[^\w-]/gu, (character) => `\\${character.codePointAt(0)!.toString(16)} `)

const rule = (selector: string, declarations: string[]): string => `${selector}{${declarations.join(';')}}`
