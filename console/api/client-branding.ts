/** The style and the terms of an app's login pages. To ask for one that isn't there is refused, so what there is is read first. */
import { isRefusal } from './api-error.ts'
import { cognito, poolhouse } from './call.ts'
import { isAllowed } from './permissions.ts'
import type { CognitoOutput } from './wire.ts'

export interface AppKey {
  UserPoolId: string
  ClientId: string
}

type Style = CognitoOutput<'DescribeManagedLoginBrandingByClient'>['ManagedLoginBranding']
type Terms = CognitoOutput<'DescribeTermsByClient'>['Terms']

/** @throws ApiError */
export async function findStyle(key: AppKey): Promise<Style> {
  const branding = await brandingOf(key)
  if (branding && branding.ManagedLoginBrandingId === undefined) return undefined
  const found = await unlessAbsent(cognito('DescribeManagedLoginBrandingByClient', key))
  return found?.ManagedLoginBranding
}

/** @throws ApiError */
export async function findTerms(key: AppKey, TermsName: string): Promise<Terms> {
  const branding = await brandingOf(key)
  if (branding && !branding.Terms.some((terms) => terms.TermsName === TermsName)) return undefined
  const found = await unlessAbsent(cognito('DescribeTermsByClient', { ...key, TermsName }))
  return found?.Terms
}

/** Undefined for a role that may read the parts only. */
const brandingOf = async (key: AppKey) =>
  (await isAllowed('poolhouse:GetClientBranding', key.UserPoolId)) ? poolhouse('GetClientBranding', key) : undefined

const unlessAbsent = <Found>(found: Promise<Found>): Promise<Found | undefined> =>
  found.catch((error) => {
    if (isRefusal(error, 'ResourceNotFoundException')) return undefined
    throw error
  })
