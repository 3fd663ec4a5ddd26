import type { StreamEvent, UserEvent } from './notice.ts'

const caep = 'https://schemas.openid.net/secevent/caep/event-type/'
const risc = 'https://schemas.openid.net/secevent/risc/event-type/'
const ssf = 'https://schemas.openid.net/secevent/ssf/event-type/'

/** By the names of CAEP, which is about sessions, and of RISC, which is about accounts. */
export const eventTypes: Record<UserEvent['kind'], string> = {
  'session-revoked': `${caep}session-revoked`,
  'credential-change': `${caep}credential-change`,
  'account-disabled': `${risc}account-disabled`,
  'account-enabled': `${risc}account-enabled`,
  'account-purged': `${risc}account-purged`,
}

export const streamEventType = (kind: StreamEvent['kind']): string => `${ssf}${kind}`
