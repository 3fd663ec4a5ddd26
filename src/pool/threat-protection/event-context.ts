import type { ContextDataType, UserContextDataType } from '@aws-sdk/client-cognito-identity-provider'
import { placeOf } from '../../lib/geo.ts'
import { deviceOf } from '../../lib/user-agent.ts'
import type { Client } from '../clients/client.ts'
import type { MaybeRequest } from '../sessions/caller.ts'
import type { EventContext } from './auth-event.ts'
import { userAgentIn } from './encoded-data.ts'

export async function eventContext(ctx: MaybeRequest): Promise<EventContext> {
  const { clientAddress: address, userAgent, config } = ctx
  const device = deviceOf(userAgent)
  return {
    address,
    device: device && `${device.browser}, ${device.system}`,
    ...(await placeOf(config.geoDatabase, address)),
  }
}

/** The address in an app's request counts only where the app authenticates by a secret and is allowed to set it. */
export function seenByApp<Ctx extends MaybeRequest>(
  ctx: Ctx,
  client: Client,
  data: UserContextDataType | undefined,
): Ctx {
  if (!data) return ctx
  const trusted = client.secrets.length > 0 && client.settings.EnablePropagateAdditionalUserContextData === true
  return {
    ...ctx,
    ...(trusted && data.IpAddress && { clientAddress: data.IpAddress }),
    userAgent: userAgentIn(data.EncodedData) ?? ctx.userAgent,
  }
}

/**
 * The address of a server that signs in for its users says nothing about them: only the context that it sends counts.
 */
export function seenByServer<Ctx extends MaybeRequest>(ctx: Ctx, data: ContextDataType | undefined): Ctx {
  const header = data?.HttpHeaders?.find(({ headerName }) => headerName?.toLowerCase() === 'user-agent')
  const userAgent = userAgentIn(data?.EncodedData) ?? header?.headerValue
  return { ...ctx, clientAddress: data?.IpAddress, userAgent }
}
