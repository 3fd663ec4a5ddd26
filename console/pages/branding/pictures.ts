import type { CognitoOutput } from '../../api/wire.ts'

type Style = NonNullable<CognitoOutput<'DescribeManagedLoginBrandingByClient'>['ManagedLoginBranding']>
export type Picture = NonNullable<Style['Assets']>[number]
export type Category = Picture['Category'] & string
export type Mode = Picture['ColorMode'] & string

/** Of those with one name there is one. */
export const pictureName = ({ Category, ColorMode, ResourceId }: Picture): string =>
  [Category, ColorMode, ResourceId].filter(Boolean).join(' ')

export const maxPictureBytes = 1_000_000

const graphics = ['PNG', 'SVG', 'JPEG', 'WEBP']
const formats: Record<string, string[]> = {
  FAVICON_ICO: ['ICO'],
  FAVICON_SVG: ['SVG'],
  IDP_BUTTON_ICON: ['ICO', 'SVG'],
}

export const formatsOf = (category: string): string[] => formats[category] ?? graphics

const types: Record<string, string> = {
  PNG: 'image/png',
  SVG: 'image/svg+xml',
  JPEG: 'image/jpeg',
  WEBP: 'image/webp',
  ICO: 'image/x-icon',
}

/** What an `img` shows, in which nothing of a picture runs. */
export const addressOf = ({ Extension, Bytes = '' }: Picture): string => `data:${types[Extension!]};base64,${Bytes}`

export const categories: Category[] = [
  'FORM_LOGO',
  'PAGE_HEADER_LOGO',
  'PAGE_FOOTER_LOGO',
  'PAGE_BACKGROUND',
  'PAGE_HEADER_BACKGROUND',
  'PAGE_FOOTER_BACKGROUND',
  'FORM_BACKGROUND',
  'FAVICON_ICO',
  'FAVICON_SVG',
  'EMAIL_GRAPHIC',
  'SMS_GRAPHIC',
  'AUTH_APP_GRAPHIC',
  'PASSWORD_GRAPHIC',
  'PASSKEY_GRAPHIC',
  'IDP_BUTTON_ICON',
]

/** What has to be on for the pages to show a picture. */
export const switchOf: Partial<Record<Category, string>> = {
  FORM_LOGO: 'components.form.logo.enabled',
  FORM_BACKGROUND: 'components.form.backgroundImage.enabled',
  PAGE_BACKGROUND: 'components.pageBackground.image.enabled',
  PAGE_HEADER_LOGO: 'components.pageHeader.logo.enabled',
  PAGE_HEADER_BACKGROUND: 'components.pageHeader.backgroundImage.enabled',
  PAGE_FOOTER_LOGO: 'components.pageFooter.logo.enabled',
  PAGE_FOOTER_BACKGROUND: 'components.pageFooter.backgroundImage.enabled',
}

export function formatOf(bytes: Uint8Array): string {
  const start = String.fromCharCode(...bytes.subarray(0, 12))
  if (start.startsWith('\x89PNG')) return 'PNG'
  if (start.startsWith('\xff\xd8\xff')) return 'JPEG'
  if (start.startsWith('\0\0\x01\0')) return 'ICO'
  return /^RIFF[\s\S]{4}WEBP/.test(start) ? 'WEBP' : 'SVG'
}

export async function readPicture(file: File, name: Omit<Picture, 'Bytes' | 'Extension'>): Promise<Picture> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  return { ...name, Extension: formatOf(bytes) as Picture['Extension'], Bytes: base64Of(bytes) }
}

export function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

export const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
