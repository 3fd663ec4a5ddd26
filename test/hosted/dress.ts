import type {
  CreateUserPoolClientCommandInput,
  CreateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider'
import { alpine, alpineAssets } from '../branding/alpine.ts'
import { createStyle } from '../branding/brand-scene.ts'
import { type HostedScene, startScene } from './scene.ts'

/** What the pages wear when they are looked at: nothing of their own, a strong style, or the classic pages' plain one. */
export const dresses = ['default', 'branded', 'classic'] as const
export type Dress = (typeof dresses)[number]

/** The classic pages know no dark mode. */
export const schemesOf = {
  default: ['light', 'dark'],
  branded: ['light', 'dark'],
  classic: ['light'],
} as const satisfies Record<Dress, readonly ('light' | 'dark')[]>

export async function startDressed(
  dress: Dress,
  pool: Partial<CreateUserPoolCommandInput> = {},
  client: Partial<CreateUserPoolClientCommandInput> = {},
): Promise<HostedScene> {
  const scene = await startScene(pool, client)
  await dressClient(scene, dress, scene.clientId)
  const UserPoolId = scene.poolId
  if (dress === 'classic') await scene.cognito.createUserPoolDomain({ UserPoolId, Domain: 'classic-pages' })
  return scene
}

/** Another client of the pool, with more in the settings of its style. */
export async function dressClient(
  scene: HostedScene,
  dress: Dress,
  clientId: string,
  { categories = {} }: { categories?: object } = {},
): Promise<void> {
  if (dress === 'classic') return
  if (dress === 'branded')
    await createStyle(scene, clientId, { ...alpine, categories: { ...alpine.categories, ...categories } }, alpineAssets)
  else if (Object.keys(categories).length > 0) await createStyle(scene, clientId, { categories })
}
