import type { Context } from '../../context.ts'

/** The two forms of a pool's issuer. Both are always served: tokens outlive a change from one to the other. */
export type IssuerType = 'ORIGINAL' | 'UPDATED'

export const issuerTypes: IssuerType[] = ['ORIGINAL', 'UPDATED']

export function issuerUrl(ctx: Pick<Context, 'config'>, poolId: string, type: IssuerType): string {
  return issuerTemplate(ctx, type).replaceAll('{poolId}', poolId)
}

/** By the installation's template, with `{poolId}` in it. */
export function issuerTemplate({ config }: Pick<Context, 'config'>, type: IssuerType): string {
  const original = config.issuer.replaceAll('{region}', config.region)
  return type === 'ORIGINAL' ? original : updated(original)
}

/** `issuer-cognito-idp…` for the service's own form, and `…/issuer/{poolId}` for every other. */
function updated(template: string): string {
  if (/^https:\/\/cognito-idp\./.test(template)) return template.replace('://', '://issuer-')
  // A pool that is named in the host leaves only the path.
  const named = /(?<!\/)\/\{poolId\}/
  return named.test(template) ? template.replace(named, '/issuer/{poolId}') : `${template.replace(/\/$/, '')}/issuer`
}
