import type { Handlers } from '../handler.ts'
import { adminListUserAuthEvents } from './operations/admin-list-user-auth-events.ts'
import { adminUpdateAuthEventFeedback } from './operations/admin-update-auth-event-feedback.ts'
import { describeRiskConfiguration } from './operations/describe-risk-configuration.ts'
import { setRiskConfiguration } from './operations/set-risk-configuration.ts'
import { updateAuthEventFeedback } from './operations/update-auth-event-feedback.ts'

export const threatProtectionOperations = {
  DescribeRiskConfiguration: describeRiskConfiguration,
  SetRiskConfiguration: setRiskConfiguration,
  AdminListUserAuthEvents: adminListUserAuthEvents,
  AdminUpdateAuthEventFeedback: adminUpdateAuthEventFeedback,
  UpdateAuthEventFeedback: updateAuthEventFeedback,
} satisfies Handlers
