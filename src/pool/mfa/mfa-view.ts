import type { GetUserResponse } from '@aws-sdk/client-cognito-identity-provider'
import { smsMfa } from '../factors/sms.ts'
import type { MfaOfUser } from '../users/mfa.ts'

type MfaView = Pick<GetUserResponse, 'MFAOptions' | 'PreferredMfaSetting' | 'UserMFASettingList'>

/** The factors of a user as GetUser and its like show them. */
export function mfaView(mfa: MfaOfUser): MfaView {
  const { enabled, preferred } = mfa
  return {
    ...(enabled.length > 0 && { UserMFASettingList: enabled }),
    ...(preferred && { PreferredMfaSetting: preferred }),
    ...(enabled.includes(smsMfa.name) && { MFAOptions: [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }] }),
  }
}
