import { InvalidParameter } from '../../model/errors.ts'
import { isEmail, isPhoneNumber } from '../../pool/attributes/formats.ts'
import { requirePool } from '../../pool/pools/pool.ts'
import { useQuota } from '../../pool/quotas/quota.ts'
import { useDailyMail } from '../../pool/triggers/daily-mail.ts'
import { sendSample } from '../../pool/triggers/send-sample.ts'
import type { OwnHandler } from '../handler.ts'

export const sendTestMessage: OwnHandler<'SendTestMessage'> = async (input, ctx) => {
  const { UserPoolId, Template: template, Medium: medium, Address: to } = input
  const pool = await requirePool(ctx, UserPoolId)
  if (medium === 'EMAIL' && !isEmail(to)) throw new InvalidParameter('Address must be an email address.')
  if (medium === 'SMS' && !isPhoneNumber(to))
    throw new InvalidParameter('Address must be a phone number such as +15555550100.')
  if (medium === 'SMS' && template === 'VerificationLink') throw new InvalidParameter('Links are sent by mail alone.')
  await useQuota(ctx, { poolId: pool.id, action: 'SendTestMessage', subject: '' })
  if (medium === 'EMAIL') await useDailyMail(ctx, pool, 'SignUp')
  const outcome = await sendSample(ctx, pool, { template, medium, to })
  return outcome.kind === 'delivered' ? { Status: 'Delivered' } : { Status: 'Failed', Reason: outcome.reason }
}
