import type { DeviceType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import type { User } from '../users/user.ts'
import type { Device } from './device.ts'

/** As administrators see it. */
export function deviceView(ctx: Context, user: User, device: Device): DeviceType {
  const { region, accountId } = ctx.config
  const owner = `${user.username}.${user.poolId}`
  const attributes = {
    device_status: 'valid',
    device_name: device.name,
    'dev:device_arn': `arn:aws:cognito-idp:${region}:${accountId}:owner/${owner}/device/${device.key}`,
    'dev:device_owner': owner,
    ...(device.lastIp && { last_ip_used: device.lastIp }),
    'dev:device_remembered_status': device.remembered ? 'remembered' : 'not_remembered',
    'dev:device_sdk': 'aws-sdk',
  }
  return {
    DeviceKey: device.key,
    DeviceAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    DeviceCreateDate: device.createdAt,
    DeviceLastModifiedDate: device.updatedAt,
    DeviceLastAuthenticatedDate: wholeSeconds(device.authenticatedAt),
  }
}

/** As its user sees it, whose access token reads no developer attributes. */
export function ownDeviceView(ctx: Context, user: User, device: Device): DeviceType {
  const view = deviceView(ctx, user, device)
  return { ...view, DeviceAttributes: view.DeviceAttributes!.filter(({ Name }) => !Name!.startsWith('dev:')) }
}

const wholeSeconds = (date: Date): Date => new Date(Math.floor(date.getTime() / 1000) * 1000)
