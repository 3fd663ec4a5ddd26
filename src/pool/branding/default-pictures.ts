import { type Asset, hashOf } from './asset.ts'
import type { BrandingSettings } from './default-settings.ts'

const start = (size: string) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}">`

/** The icon of pages whose style has none. */
export const icon = `${start('32 32')}<title>Sign in</title><rect width="32" height="32" rx="8" fill="#0972d3"/><g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"><rect x="8.5" y="14.5" width="15" height="10" rx="2"/><path d="M11.5 14.5v-2.7a4.5 4.5 0 0 1 9 0v2.7"/></g></svg>
`

/** The drawings of the pages, by the category of the picture that replaces them. */
export const drawings: Record<string, string> = {
  EMAIL_GRAPHIC: '<rect x="7" y="12" width="34" height="25" rx="3"/><path d="m8 15 16 12 16-12"/>',
  SMS_GRAPHIC:
    '<path d="M9 9h30a3 3 0 0 1 3 3v19a3 3 0 0 1-3 3H24l-9 7v-7H9a3 3 0 0 1-3-3V12a3 3 0 0 1 3-3Z"/><path d="M15.5 21.5h.1M24 21.5h.1M32.5 21.5h.1"/>',
  AUTH_APP_GRAPHIC: '<rect x="14" y="5" width="20" height="38" rx="4"/><path d="m19.5 23.5 3.3 3.3 6-6.6M22 38h4"/>',
  PASSWORD_GRAPHIC: '<rect x="10" y="21" width="28" height="20" rx="3"/><path d="M16 21v-5a8 8 0 0 1 16 0v5M24 29v4"/>',
  PASSKEY_GRAPHIC:
    '<circle cx="18" cy="15" r="8"/><path d="M5 40v-3a11 11 0 0 1 11-11h5"/><circle cx="35" cy="24" r="6"/><path d="M35 30v12l4-3.5M35 35.5l3.5 1"/>',
}

const modes = [
  ['LIGHT', 'lightMode'],
  ['DARK', 'darkMode'],
] as const

/** The style's own pictures, and default drawings in its colours for the kinds that it lacks. */
export function completePictures(own: Asset[], { components, componentClasses }: BrandingSettings): Asset[] {
  const defaults = modes.flatMap(([colorMode, mode]) => {
    const line = hex(componentClasses.link[mode].defaults.textColor)
    const glow = hex(components.primaryButton[mode].defaults.backgroundColor)
    const graphics = Object.entries(drawings).map(([category, lines]) => svg(category, colorMode, graphic(lines, line)))
    return [...graphics, svg('PAGE_BACKGROUND', colorMode, pattern(glow))]
  })
  // An icon replaces the default one even if it has another format.
  const kind = ({ category }: Asset) => (category.startsWith('FAVICON_') ? 'FAVICON' : category)
  const present = new Set(own.map(kind))
  return [...own, ...[svg('FAVICON_SVG', 'DYNAMIC', icon), ...defaults].filter((asset) => !present.has(kind(asset)))]
}

function svg(category: string, colorMode: string, text: string): Asset {
  const bytes = Buffer.from(text)
  return { category, colorMode, resourceId: '', extension: 'SVG', hash: hashOf(bytes), bytes }
}

const hex = (color: string) => `#${color}`

const graphic = (lines: string, color: string) =>
  `${start('68 68')}<circle cx="34" cy="34" r="34" fill="${color}" fill-opacity=".11"/><g transform="translate(10 10)" fill="none" stroke="${color}" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round">${lines}</g></svg>\n`

const pattern = (color: string) =>
  `${start('1440 900')}<defs>${glow('a', color, '.16', 'translate(173 -72) scale(960 576)')}${glow('b', color, '.13', 'translate(1555 990) scale(832 640)')}</defs><rect width="1440" height="900" fill="url(#a)"/><rect width="1440" height="900" fill="url(#b)"/></svg>\n`

const glow = (id: string, color: string, opacity: string, place: string) =>
  `<radialGradient id="${id}" gradientUnits="userSpaceOnUse" cx="0" cy="0" r="1" gradientTransform="${place}"><stop offset="0" stop-color="${color}" stop-opacity="${opacity}"/><stop offset=".7" stop-color="${color}" stop-opacity="0"/></radialGradient>`
