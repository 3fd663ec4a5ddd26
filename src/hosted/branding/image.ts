import { fileName } from '../../pool/branding/asset.ts'
import type { BrandingSettings } from '../../pool/branding/default-settings.ts'
import type { Picture } from '../../pool/branding/style.ts'

/** A picture, plus one for dark mode if the style follows the browser. */
export interface Image {
  light: string
  dark?: string
}

/**
 * The picture of a category for the style's colour scheme. A picture made for both schemes fills in for a missing one.
 * A style that follows the browser uses whatever it has; any other style ignores pictures made for the other scheme.
 */
export function imageOf(
  { categories }: BrandingSettings,
  pictures: Picture[],
  category: string,
  resourceId?: string,
): Image | undefined {
  const fileFor = (...modes: string[]) => {
    const found = modes.map((mode) =>
      pictures.find(
        (one) =>
          one.category === category &&
          one.colorMode === mode &&
          (resourceId === undefined || one.resourceId === resourceId),
      ),
    )
    const first = found.find((one) => one !== undefined)
    return first && fileName(first)
  }
  const { colorSchemeMode } = categories.global
  if (colorSchemeMode !== 'DYNAMIC') {
    const file = fileFor(colorSchemeMode, 'DYNAMIC')
    return file === undefined ? undefined : { light: file }
  }
  const light = fileFor('LIGHT', 'DYNAMIC', 'DARK')
  const dark = fileFor('DARK', 'DYNAMIC', 'LIGHT')
  if (!light) return undefined
  return dark === light ? { light } : { light, dark }
}
