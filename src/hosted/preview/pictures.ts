/**
 * The pictures of a preview. They are uploaded in the browser and must meet the rules of `CreateManagedLoginBranding`.
 */
import type { ParameterizedContext } from 'koa'
import type { Context } from '../../context.ts'
import { InvalidParameter } from '../../model/errors.ts'
import { operationNamed } from '../../model/model.ts'
import { parseInput } from '../../model/validate.ts'
import { type Asset, type AssetKey, assetView, imageType, readAssets } from '../../pool/branding/asset.ts'
import {
  deletePreviewPicture,
  listPreviewPictures,
  putPreviewPicture,
} from '../../pool/branding/preview-picture-store.ts'
import type { PartialSettings } from '../../pool/branding/settings.ts'
import { type Form, FormRefused, readFormBody } from '../read-form.ts'
import type { PreviewSession } from './session.ts'

/** Limit of an API request, with pictures in base64. */
const requestLimit = 2 * 1024 * 1024

export interface UploadForm {
  field: Form
  file: Buffer
}

/** @throws FormRefused unless it is one of our forms */
export async function readUpload(koa: ParameterizedContext): Promise<UploadForm> {
  const type = koa.get('content-type')
  if (!koa.is('multipart/form-data')) throw new FormRefused(415)
  const bytes = await readFormBody(koa, requestLimit)
  const body = new Response(new Uint8Array(bytes), { headers: { 'content-type': type } })
  const data = await body.formData().catch(() => {
    throw new FormRefused(400)
  })
  const file = data.get('file')
  return {
    field: (name) => {
      const value = data.get(name)
      return typeof value === 'string' ? value : ''
    },
    file: file instanceof Blob ? Buffer.from(await file.arrayBuffer()) : Buffer.alloc(0),
  }
}

/** The API request that would store the style as edited. */
export function exportedStyle({ poolId, clientId }: PreviewSession, settings: PartialSettings, pictures: Asset[]) {
  const Assets = pictures.map((picture) => ({ ...assetView(picture), Bytes: picture.bytes.toString('base64') }))
  return { UserPoolId: poolId, ClientId: clientId, Settings: settings, ...(Assets.length > 0 && { Assets }) }
}

/** @throws InvalidParameterException for a picture the API would refuse, by itself or with the others */
export async function addPicture(
  { db }: Context,
  session: PreviewSession,
  { field, file }: UploadForm,
  settings: PartialSettings,
): Promise<void> {
  if (file.length === 0) throw new InvalidParameter('Choose a file first.')
  const resourceId = field('resource')
  const added = {
    Category: field('category'),
    ColorMode: field('mode'),
    Extension: imageType(file) ?? 'SVG',
    Bytes: file.toString('base64'),
    ...(resourceId && { ResourceId: resourceId }),
  }
  const others = (await listPreviewPictures(db, session)).filter(
    ({ category, colorMode, resourceId }) =>
      category !== added.Category || colorMode !== added.ColorMode || resourceId !== (added.ResourceId ?? ''),
  )
  const style = exportedStyle(session, settings, others)
  const request = { ...style, Assets: [...(style.Assets ?? []), added] }
  const { Assets } = parseInput(operationNamed('CreateManagedLoginBranding')!, request)
  if (JSON.stringify(request).length > requestLimit)
    throw new InvalidParameter('Settings and pictures together are more than the 2 MB that a request may have.')
  const { replaced } = readAssets((Assets as Parameters<typeof readAssets>[0]).slice(-1))
  await putPreviewPicture(db, session, replaced[0]!)
}

export function removePicture({ db }: Context, session: PreviewSession, name: string): Promise<void> {
  const [category = '', colorMode = '', resourceId = ''] = name.split('/')
  return deletePreviewPicture(db, session, { category, colorMode, resourceId })
}

/** The picture's identity in the editor's form. */
export const pictureName = ({ category, colorMode, resourceId }: AssetKey): string =>
  [category, colorMode, resourceId].join('/')
