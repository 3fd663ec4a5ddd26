import { readFile } from 'node:fs/promises'
import type { AssetType } from '@aws-sdk/client-cognito-identity-provider'
import { installed } from '../lib/installed.ts'

/** The branding of one of the demo's apps, as its own settings would hold it. */
const settings = {
  categories: { global: { colorSchemeMode: 'DYNAMIC' } },
  componentClasses: {
    buttons: { borderRadius: 24 },
    input: { borderRadius: 12 },
    link: { lightMode: { defaults: { textColor: '7a2e8aff' } }, darkMode: { defaults: { textColor: 'e3b1eeff' } } },
  },
  components: {
    form: {
      borderRadius: 28,
      logo: { enabled: true, location: 'CENTER', position: 'TOP', formInclusion: 'IN' },
      lightMode: { backgroundColor: 'fffafaff', borderColor: 'f3d9dcff' },
      darkMode: { backgroundColor: '231726ff', borderColor: '4a2f52ff' },
    },
    pageBackground: {
      image: { enabled: false },
      lightMode: { color: 'fbe7e4ff' },
      darkMode: { color: '150d18ff' },
    },
    pageText: {
      lightMode: { headingColor: '4a1642ff', bodyColor: '5c4059ff', descriptionColor: '5c4059ff' },
      darkMode: { headingColor: 'f7e3f2ff', bodyColor: 'd9c2d6ff', descriptionColor: 'd9c2d6ff' },
    },
    primaryButton: {
      lightMode: {
        defaults: { backgroundColor: '8a2456ff', textColor: 'ffffffff' },
        hover: { backgroundColor: '6b1a42ff', textColor: 'ffffffff' },
        active: { backgroundColor: '6b1a42ff', textColor: 'ffffffff' },
      },
      darkMode: {
        defaults: { backgroundColor: 'f2a0c4ff', textColor: '2b0d1cff' },
        hover: { backgroundColor: 'ffc0dbff', textColor: '2b0d1cff' },
        active: { backgroundColor: 'f2a0c4ff', textColor: '2b0d1cff' },
      },
    },
  },
}

export async function demoBranding(): Promise<{ Settings: typeof settings; Assets: AssetType[] }> {
  const Bytes = await readFile(installed('views/dev/demo-logo.svg'))
  return {
    Settings: settings,
    Assets: [
      { Category: 'FORM_LOGO', ColorMode: 'LIGHT', Extension: 'SVG', Bytes },
      { Category: 'FORM_LOGO', ColorMode: 'DARK', Extension: 'SVG', Bytes },
    ],
  }
}
