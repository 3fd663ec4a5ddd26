import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider'
import { maskEmail, maskPhone } from '../../lib/mask.ts'

export type Medium = 'EMAIL' | 'SMS'

/** Where a code was sent, as callers see it: the address masked. */
export function codeDelivery(attributeName: string, value: string): CodeDeliveryDetailsType {
  const medium = mediumOf(attributeName)
  return {
    AttributeName: attributeName,
    DeliveryMedium: medium,
    Destination: medium === 'SMS' ? maskPhone(value) : maskEmail(value),
  }
}

export const mediumOf = (attributeName: string): Medium => (attributeName === 'phone_number' ? 'SMS' : 'EMAIL')
