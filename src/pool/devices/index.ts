import type { Handlers } from '../handler.ts'
import { adminForgetDevice } from './operations/admin-forget-device.ts'
import { adminGetDevice } from './operations/admin-get-device.ts'
import { adminListDevices } from './operations/admin-list-devices.ts'
import { adminUpdateDeviceStatus } from './operations/admin-update-device-status.ts'
import { confirmDevice } from './operations/confirm-device.ts'
import { forgetDevice } from './operations/forget-device.ts'
import { getDevice } from './operations/get-device.ts'
import { listDevices } from './operations/list-devices.ts'
import { updateDeviceStatus } from './operations/update-device-status.ts'

export const deviceOperations = {
  ConfirmDevice: confirmDevice,
  GetDevice: getDevice,
  ListDevices: listDevices,
  UpdateDeviceStatus: updateDeviceStatus,
  ForgetDevice: forgetDevice,
  AdminGetDevice: adminGetDevice,
  AdminListDevices: adminListDevices,
  AdminUpdateDeviceStatus: adminUpdateDeviceStatus,
  AdminForgetDevice: adminForgetDevice,
} satisfies Handlers
