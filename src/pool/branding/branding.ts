import type { ManagedLoginBrandingType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import { InvalidParameter, ResourceNotFound } from '../../model/errors.ts'
import { type Asset, type AssetKey, assetView, type GivenAssets } from './asset.ts'
import { type Branding, listAssets } from './branding-store.ts'
import { completePictures } from './default-pictures.ts'
import { completeSettings } from './settings.ts'

export const brandingNotFound = () => new ResourceNotFound('ManagedLoginBranding does not exist.')

/** A request names one source of the style. Only `true` names the defaults. @throws InvalidParameterException */
export function checkSource(usesDefaults: boolean | undefined, settings: unknown): void {
  if ((usesDefaults === true) === (settings !== undefined))
    throw new InvalidParameter('useCognitoProvidedValues or settings should be specified (but not both)')
}

/** @throws InvalidParameterException where a picture is only named, and the style has none of that name */
export function checkNamedAssets({ named }: GivenAssets, present: AssetKey[]): void {
  const id = ({ category, colorMode, resourceId }: AssetKey) => JSON.stringify([category, colorMode, resourceId])
  const there = new Set(present.map(id))
  const missing = named.find((key) => !there.has(id(key)))
  if (missing) throw new InvalidParameter(`Invalid asset ${missing.category}: it has no bytes.`)
}

/** The settings and pictures that the style itself sets. */
export function brandingView(branding: Branding, assets: Asset[]): ManagedLoginBrandingType {
  return {
    ManagedLoginBrandingId: branding.id,
    UserPoolId: branding.poolId,
    UseCognitoProvidedValues: branding.usesDefaults,
    Settings: branding.settings as ManagedLoginBrandingType['Settings'],
    Assets: assets.map(assetView),
    CreationDate: branding.createdAt,
    LastModifiedDate: branding.updatedAt,
  }
}

/** With `merged`, all settings and pictures that pages use, defaults included. */
export async function describeBranding(ctx: Context, branding: Branding, merged: boolean | undefined) {
  const assets = await listAssets(ctx.db, branding.poolId, branding.id)
  if (!merged) return { ManagedLoginBranding: brandingView(branding, assets) }
  const settings = completeSettings(branding.settings)
  return { ManagedLoginBranding: brandingView({ ...branding, settings }, completePictures(assets, settings)) }
}
