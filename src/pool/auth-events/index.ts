import type { Handlers } from '../handler.ts'
import { adminListUserAuthEvents } from './operations/admin-list-user-auth-events.ts'
import { adminUpdateAuthEventFeedback } from './operations/admin-update-auth-event-feedback.ts'
import { updateAuthEventFeedback } from './operations/update-auth-event-feedback.ts'

export const authEventOperations = {
  AdminListUserAuthEvents: adminListUserAuthEvents,
  AdminUpdateAuthEventFeedback: adminUpdateAuthEventFeedback,
  UpdateAuthEventFeedback: updateAuthEventFeedback,
} satisfies Handlers
