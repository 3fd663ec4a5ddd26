import { hash } from 'node:crypto'
import type { AssetType } from '@aws-sdk/client-cognito-identity-provider'
import { InvalidParameter } from '../../model/errors.ts'
import { cleanSvg } from './svg.ts'

export type Extension = 'ICO' | 'JPEG' | 'PNG' | 'SVG' | 'WEBP'

/** A picture of a style. Of those with the same category, colour mode and resource there is one. */
export interface Asset {
  category: string
  colorMode: string
  /** The identity provider whose button the picture is for; '' with every other category. */
  resourceId: string
  extension: Extension
  /** Names the content in the address of the picture. */
  hash: string
  bytes: Buffer
}

export type AssetKey = Pick<Asset, 'category' | 'colorMode' | 'resourceId'>

/** The columns of `Asset` except the bytes, in each table of pictures. */
export const assetColumns = [
  'category',
  'color_mode as colorMode',
  'resource_id as resourceId',
  'extension',
  'hash',
] as const

/** A row of a table of pictures, whose extension is one of ours. */
export const assetOf = <Row extends { extension: string }>(row: Row) => ({
  ...row,
  extension: row.extension as Extension,
})

const extensionsOf: Record<string, Extension[]> = {
  FAVICON_ICO: ['ICO'],
  FAVICON_SVG: ['SVG'],
  IDP_BUTTON_ICON: ['ICO', 'SVG'],
}
/** The enum has WEBP too, though the guide names it with no category. */
const graphics: Extension[] = ['PNG', 'SVG', 'JPEG', 'WEBP']

/** A list of pictures from a request: those with bytes are new, those without are to stay. */
export interface GivenAssets {
  replaced: Asset[]
  named: AssetKey[]
}

/** @throws InvalidParameterException for a file of another kind than it says, or than its category takes */
export function readAssets(input: AssetType[]): GivenAssets {
  const read: GivenAssets = { replaced: [], named: [] }
  const seen = new Set<string>()
  for (const asset of input) {
    const key = keyOf(asset)
    const id = JSON.stringify(key)
    if (seen.has(id)) throw new InvalidParameter(`Duplicate asset ${key.category} for color mode ${key.colorMode}.`)
    seen.add(id)
    if (asset.Bytes === undefined) read.named.push(key)
    else read.replaced.push({ ...key, ...readFile(key.category, asset.Extension as Extension, asset.Bytes) })
  }
  return read
}

export function assetView({ category, colorMode, extension, bytes, resourceId }: Asset): AssetType {
  return {
    Category: category as AssetType['Category'],
    ColorMode: colorMode as AssetType['ColorMode'],
    Extension: extension,
    Bytes: bytes,
    ResourceId: resourceId || undefined,
  }
}

const keyOf = ({ Category, ColorMode, ResourceId }: AssetType): AssetKey => ({
  category: Category!,
  colorMode: ColorMode!,
  resourceId: ResourceId ?? '',
})

function readFile(category: string, extension: Extension, input: Uint8Array): Omit<Asset, keyof AssetKey> {
  const accepted = extensionsOf[category] ?? graphics
  if (!accepted.includes(extension))
    throw new InvalidParameter(`Invalid extension ${extension} for ${category}: it must be ${accepted.join(', ')}.`)
  if (extension === 'SVG') cleanSvg(input)
  else if (imageType(input) !== extension)
    throw new InvalidParameter(`Invalid asset ${category}: its content is not ${extension}.`)
  const bytes = Buffer.from(input)
  return { extension, hash: hashOf(bytes), bytes }
}

export const hashOf = (bytes: Uint8Array): string => hash('sha256', bytes, 'base64url').slice(0, 32)

/** The media type by which a picture is served. */
export const fileName = ({ hash, extension }: Pick<Asset, 'hash' | 'extension'>): string =>
  `${hash}.${extension.toLowerCase()}`

const signatures: [Exclude<Extension, 'WEBP' | 'SVG'>, number[]][] = [
  ['PNG', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['JPEG', [0xff, 0xd8, 0xff]],
  ['ICO', [0x00, 0x00, 0x01, 0x00]],
]

/** Judges by the first bytes, not by the declared type. */
export function imageType(bytes: Uint8Array): Exclude<Extension, 'SVG'> | undefined {
  const text = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  if (/^RIFF[\s\S]{4}WEBP$/.test(text)) return 'WEBP'
  return signatures.find(([, start]) => start.every((byte, index) => bytes[index] === byte))?.[0]
}
