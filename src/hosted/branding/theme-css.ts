import type { BrandingSettings } from './default-settings.ts'

type Mode = 'lightMode' | 'darkMode'

// Custom property → where its colour stands in the settings, `*` being the mode.
const colors: Record<string, string> = {
  'page-background': 'components.pageBackground.*.color',
  heading: 'components.pageText.*.headingColor',
  text: 'components.pageText.*.bodyColor',
  lead: 'components.pageText.*.descriptionColor',
  'form-background': 'components.form.*.backgroundColor',
  'form-border': 'components.form.*.borderColor',
  label: 'componentClasses.inputLabel.*.textColor',
  description: 'componentClasses.inputDescription.*.textColor',
  'input-background': 'componentClasses.input.*.defaults.backgroundColor',
  'input-border': 'componentClasses.input.*.defaults.borderColor',
  placeholder: 'componentClasses.input.*.placeholderColor',
  focus: 'componentClasses.focusState.*.borderColor',
  divider: 'componentClasses.divider.*.borderColor',
  link: 'componentClasses.link.*.defaults.textColor',
  'link-hover': 'componentClasses.link.*.hover.textColor',
  'button-background': 'components.primaryButton.*.defaults.backgroundColor',
  'button-text': 'components.primaryButton.*.defaults.textColor',
  'button-hover-background': 'components.primaryButton.*.hover.backgroundColor',
  'button-hover-text': 'components.primaryButton.*.hover.textColor',
  'button-active-background': 'components.primaryButton.*.active.backgroundColor',
  'button-active-text': 'components.primaryButton.*.active.textColor',
  error: 'componentClasses.statusIndicator.*.error.indicatorColor',
  'error-background': 'components.alert.*.error.backgroundColor',
  'error-border': 'components.alert.*.error.borderColor',
  success: 'componentClasses.statusIndicator.*.success.indicatorColor',
  'success-background': 'componentClasses.statusIndicator.*.success.backgroundColor',
  'success-border': 'componentClasses.statusIndicator.*.success.borderColor',
  warning: 'componentClasses.statusIndicator.*.warning.indicatorColor',
  'warning-background': 'componentClasses.statusIndicator.*.warning.backgroundColor',
  'warning-border': 'componentClasses.statusIndicator.*.warning.borderColor',
}

const radii: Record<string, string> = {
  'button-radius': 'componentClasses.buttons.borderRadius',
  'input-radius': 'componentClasses.input.borderRadius',
  'form-radius': 'components.form.borderRadius',
  'alert-radius': 'components.alert.borderRadius',
}

/** The settings as CSS custom properties: all that the stylesheet knows of a style. */
export function themeCss(settings: BrandingSettings): string {
  const { colorSchemeMode } = settings.categories.global
  const shapes = Object.entries(radii).map(([name, path]) => `--${name}:${pixels(valueAt(settings, path))}`)
  const switches = [
    `--page-image:${settings.components.pageBackground.image.enabled ? 'var(--page-pattern)' : 'none'}`,
    `--graphics:${settings.categories.form.displayGraphics ? 'block' : 'none'}`,
  ]
  const light = modeColors(settings, 'lightMode')
  const dark = modeColors(settings, 'darkMode')

  if (colorSchemeMode === 'LIGHT') return rule(['color-scheme:light', ...light, ...shapes, ...switches])
  if (colorSchemeMode === 'DARK') return rule(['color-scheme:dark', ...dark, ...shapes, ...switches])
  const always = rule(['color-scheme:light dark', ...light, ...shapes, ...switches])
  return `${always}@media (prefers-color-scheme:dark){${rule(dark)}}`
}

function modeColors(settings: BrandingSettings, mode: Mode): string[] {
  return Object.entries(colors).map(([name, path]) => `--${name}:${color(valueAt(settings, path.replace('*', mode)))}`)
}

function valueAt(settings: BrandingSettings, path: string): unknown {
  return path
    .split('.')
    .reduce((value: unknown, key) => (value as Record<string, unknown> | undefined)?.[key], settings)
}

// What is not a colour or a number could leave its declaration, and so never gets in.
const color = (value: unknown): string =>
  typeof value === 'string' && /^[0-9a-f]{8}$/i.test(value) ? `#${value}` : 'unset'
const pixels = (value: unknown): string => (typeof value === 'number' && value >= 0 ? `${value}px` : '0')

const rule = (declarations: string[]): string => `:root{${declarations.join(';')}}`
