import type { AssetType } from '@aws-sdk/client-cognito-identity-provider'
import type { HostedScene } from '../hosted/scene.ts'

export const asset = (
  Category: string,
  ColorMode: string,
  Extension: string,
  content: string | Uint8Array,
  ResourceId?: string,
): AssetType => ({
  Category: Category as AssetType['Category'],
  ColorMode: ColorMode as AssetType['ColorMode'],
  Extension: Extension as AssetType['Extension'],
  Bytes: typeof content === 'string' ? Buffer.from(content) : content,
  ResourceId,
})

export const drawing = (content: string, viewBox = '0 0 100 100'): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox}">${content}</svg>`

export async function createStyle(
  scene: HostedScene,
  ClientId: string,
  Settings: object,
  Assets?: AssetType[],
): Promise<string> {
  const { ManagedLoginBranding } = await scene.cognito.createManagedLoginBranding({
    UserPoolId: scene.poolId,
    ClientId,
    Settings: Settings as never,
    Assets,
  })
  return ManagedLoginBranding!.ManagedLoginBrandingId!
}
