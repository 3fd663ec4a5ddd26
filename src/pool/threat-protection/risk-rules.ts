import { isAddressRange } from '../../lib/address-ranges.ts'
import { InvalidParameter } from '../../model/errors.ts'
import type { RiskSettings } from './risk-config.ts'

/** Checks that the model can't express. @throws InvalidParameterException */
export function checkRiskSettings(settings: RiskSettings): void {
  const { BlockedIPRangeList = [], SkippedIPRangeList = [] } = settings.RiskExceptionConfiguration ?? {}
  if (![...BlockedIPRangeList, ...SkippedIPRangeList].every(isAddressRange))
    throw new InvalidParameter('Incorrect CIDR format')

  const { Actions, NotifyConfiguration } = settings.AccountTakeoverRiskConfiguration ?? {}
  const actions = [Actions?.LowAction, Actions?.MediumAction, Actions?.HighAction]
  if (settings.AccountTakeoverRiskConfiguration && actions.every((action) => action === undefined))
    throw new InvalidParameter('At least one account takeover action must be given.')
  if (actions.some((action) => action?.Notify) && !NotifyConfiguration)
    throw new InvalidParameter('NotifyConfiguration is required when an action notifies users.')
  for (const mail of [
    NotifyConfiguration?.BlockEmail,
    NotifyConfiguration?.NoActionEmail,
    NotifyConfiguration?.MfaEmail,
  ])
    if (mail && !mail.HtmlBody && !mail.TextBody)
      throw new InvalidParameter('An email of NotifyConfiguration must have a HtmlBody or a TextBody.')
}
