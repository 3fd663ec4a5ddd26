import type { UICustomizationType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import { InvalidParameter } from '../../model/errors.ts'
import { requireClientOf } from '../clients/client.ts'
import { type Pool, requirePool } from '../pools/pool.ts'
import { poolDomainUrl } from '../pools/pool-domain.ts'
import { fileName, hashOf, imageType } from './asset.ts'
import { everyClient, type UiCustomization } from './ui-customization-store.ts'

const maxImageBytes = 100 * 1024

/** The pool and client that a request is about; the pages need a domain to be on. @throws InvalidParameterException */
export async function requireScope(
  ctx: Context,
  poolId: string,
  clientId: string = everyClient,
): Promise<{ pool: Pool; scope: string }> {
  const { pool } =
    clientId === everyClient ? { pool: await requirePool(ctx, poolId) } : await requireClientOf(ctx, poolId, clientId)
  if (pool.domains.length === 0)
    throw new InvalidParameter('There has to be an existing domain associated with this user pool')
  return { pool, scope: clientId }
}

/** @throws InvalidParameterException */
export function readLogo(bytes: Uint8Array | undefined): UiCustomization['image'] {
  if (!bytes || bytes.length === 0) return undefined
  if (bytes.length > maxImageBytes) throw new InvalidParameter('Invalid image: it must be no larger than 100 KB.')
  const type = imageType(bytes)
  if (type !== 'PNG' && type !== 'JPEG') throw new InvalidParameter('Invalid image: it must be a PNG or JPEG file.')
  return { bytes: Buffer.from(bytes), extension: type, hash: hashOf(bytes) }
}

export function uiCustomizationView(
  ctx: Context,
  pool: Pool,
  customization: UiCustomization | undefined,
): UICustomizationType {
  if (!customization) return {}
  const { scope, css, cssVersion, image, createdAt, updatedAt } = customization
  return {
    UserPoolId: pool.id,
    ClientId: scope,
    ImageUrl: image && `${poolDomainUrl(ctx, pool) ?? ctx.config.publicUrl}/branding/${fileName(image)}`,
    CSS: css,
    CSSVersion: cssVersion,
    CreationDate: createdAt,
    LastModifiedDate: updatedAt,
  }
}

/** As `20260128172214`. */
export const cssVersionOf = (now: Date): string => now.toISOString().replace(/\D/g, '').slice(0, 14)
