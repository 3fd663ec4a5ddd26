import type { PoolType } from '../api/merge.ts'
import { settings } from '../settings.ts'

/** Where the pages of a pool are: at its domains, the custom one first, and always at the path of its id. */
export function poolAddresses({ Id, Domain, CustomDomain }: PoolType): string[] {
  return [
    ...(CustomDomain ? [`https://${CustomDomain}`] : []),
    ...(Domain && settings.domainSuffix ? [prefixAddress(Domain)] : []),
    `${settings.publicUrl}/${Id}`,
  ]
}

export function prefixAddress(prefix: string): string {
  const { protocol, port } = new URL(settings.publicUrl)
  return `${protocol}//${prefix}.${settings.domainSuffix}${port && `:${port}`}`
}
