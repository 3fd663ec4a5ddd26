import type { Context, RequestContext } from '../../context.ts'
import { deviceOf } from '../../lib/user-agent.ts'

/** The place that a session is used from, as shown to its user. */
export interface Caller {
  address: string | null
  device: string | null
}

export type MaybeRequest = Context & Partial<Pick<RequestContext, 'clientAddress' | 'userAgent'>>

export const callerOf = ({ clientAddress, userAgent }: MaybeRequest): Caller => caller(clientAddress, userAgent)

export function caller(address: string | undefined, userAgent: string | undefined): Caller {
  const device = deviceOf(userAgent)
  return {
    address: address?.slice(0, 128) ?? null,
    device: device ? `${device.browser} / ${device.system}` : null,
  }
}
