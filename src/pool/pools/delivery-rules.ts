/** How a pool sends mail and SMS. */
import type { Context } from '../../context.ts'
import { isSender } from '../../lib/mail-address.ts'
import { InvalidParameter } from '../../model/errors.ts'
import type { PoolSettings } from '../../model/settings.ts'

const sesRegions = ['eu-west-1', 'us-east-1', 'us-west-2']

/** @throws InvalidParameterException */
export function checkDelivery(ctx: Context, settings: PoolSettings): void {
  checkEmail(ctx, settings)
  checkSms(ctx, settings)
  checkInvitation(settings)
}

function checkEmail(ctx: Context, { EmailConfiguration: email }: PoolSettings): void {
  if (email?.EmailSendingAccount === 'DEVELOPER' && !email.SourceArn) {
    throw new InvalidParameter('Source ARN is required to use DEVELOPER email sending owner')
  }
  if (email?.From && !isSender(email.From)) throw new InvalidParameter('Provided From email address is invalid')
  requireSesRegion(ctx, email?.SourceArn)
}

/** Where the installation is strict; else sender identities are up to the mail server. @throws InvalidParameterException */
export function requireSesRegion(ctx: Context, sourceArn: string | undefined): void {
  if (!ctx.config.strict || !sourceArn || sesRegions.includes(sourceArn.split(':')[3] ?? '')) return
  throw new InvalidParameter(
    `Provided SourceArn must be in one of the following SES regions: ${sesRegions.join(', ')}.`,
  )
}

/** Where the installation is strict, a role is of its account. @throws InvalidParameterException */
export function requireOwnRole(ctx: Context, roleArn: string | undefined): void {
  if (ctx.config.strict && roleArn && roleArn.split(':')[4] !== ctx.config.accountId)
    throw new InvalidParameter('Cross-account pass role is not allowed.')
}

export function checkSms(ctx: Context, { SmsConfiguration: sms }: PoolSettings): void {
  if (!sms) return
  if (!sms.SnsCallerArn && !sms.EumsSms) {
    throw new InvalidParameter('SmsConfiguration must have an SnsCallerArn or an EumsSms configuration.')
  }
  if (sms.SnsCallerArn && sms.EumsSms) {
    throw new InvalidParameter(
      'SmsConfiguration can have either an SnsCallerArn or an EumsSms configuration, not both.',
    )
  }
  requireOwnRole(ctx, sms.SnsCallerArn)
  const { region, strict } = ctx.config
  if (strict && sms.SnsRegion && sms.SnsRegion !== region) {
    throw new InvalidParameter(`Invalid snsRegion. Allowed SNS region for ${region} is ${region}`)
  }
}

/** Where the password is the only way to sign in, an invitation without it is useless. */
function checkInvitation(settings: PoolSettings): void {
  const factors = settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? ['PASSWORD']
  if (factors.some((factor) => factor !== 'PASSWORD')) return
  const { EmailMessage, SMSMessage } = settings.AdminCreateUserConfig?.InviteMessageTemplate ?? {}
  for (const message of [EmailMessage, SMSMessage]) {
    if (message !== undefined && !(message.includes('{####}') && message.includes('{username}'))) {
      throw new InvalidParameter('The message is invalid.')
    }
  }
}
