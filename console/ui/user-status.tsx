import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import { texts } from '../texts/texts.ts'

const kinds: Record<string, StatusIndicatorProps.Type> = {
  CONFIRMED: 'success',
  EXTERNAL_PROVIDER: 'success',
  UNCONFIRMED: 'pending',
  FORCE_CHANGE_PASSWORD: 'pending',
  RESET_REQUIRED: 'warning',
  COMPROMISED: 'error',
}

/** Whether somebody can sign in; who is disabled can't, whatever else they are. */
export function UserStatus({ status = 'UNKNOWN', enabled = true }: { status?: string; enabled?: boolean }) {
  if (!enabled) return <StatusIndicator type="stopped">{texts.users.disabled}</StatusIndicator>
  const text = (texts.users.statuses as Record<string, string[]>)[status]?.[0] ?? status
  return <StatusIndicator type={kinds[status] ?? 'info'}>{text}</StatusIndicator>
}
