import { fileName } from '../../pool/branding/asset.ts'
import type { BrandingSettings } from '../../pool/branding/default-settings.ts'
import type { Picture } from '../../pool/branding/style.ts'

/** A picture, and another one for browsers in dark mode where the style follows them. */
export interface Image {
  light: string
  dark?: string
}

/**
 * The picture of a category in the colour scheme of the style. One made for both schemes stands in for a missing one;
 * a style that follows the browser makes do with what there is, any other shows nothing made for the other scheme.
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
