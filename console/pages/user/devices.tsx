import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { useReadablePool } from '../../api/readable-pool.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { actionColumn } from '../../ui/action-column.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'
import type { Shown } from './user-type.ts'

const t = texts.user
const forgetAction = 'cognito-idp:AdminForgetDevice'

type Device = NonNullable<CognitoOutput<'AdminListDevices'>['Devices']>[number]

const nameOf = ({ DeviceAttributes = [], DeviceKey }: Device) =>
  DeviceAttributes.find(({ Name }) => Name === 'device_name')?.Value ?? DeviceKey!

/** Pools that remember no devices have no such part. */
export function Devices({ UserPoolId, Username }: Shown) {
  const may = useMay(forgetAction)
  const { pool } = useReadablePool(UserPoolId)
  const remembers = pool?.DeviceConfiguration !== undefined
  const query = useCognito('AdminListDevices', { UserPoolId, Username, Limit: 60 }, { enabled: remembers })
  const [forgetting, setForgetting] = useState<Device>()
  if (!remembers) return null
  const forget = async () => {
    await cognito('AdminForgetDevice', { UserPoolId, Username, DeviceKey: forgetting!.DeviceKey! })
    await refresh('AdminListDevices')
    flashSuccess(t.forgotten)
  }
  const forgetColumn = actionColumn<Device>({
    text: t.forget,
    label: (device) => t.forgetDevice(nameOf(device)),
    onClick: setForgetting,
  })
  return (
    <Part title={t.devices} query={query}>
      <Table<Device>
        variant="embedded"
        items={query.data?.Devices ?? []}
        trackBy="DeviceKey"
        wrapLines
        empty={t.noDevices}
        ariaLabels={{ tableLabel: t.devices }}
        columnDefinitions={[
          { id: 'device', header: t.device, isRowHeader: true, cell: nameOf },
          { id: 'active', header: t.lastActive, cell: (device) => <Time at={device.DeviceLastAuthenticatedDate} /> },
          {
            id: 'created',
            header: texts.common.created,
            cell: ({ DeviceCreateDate }) => <Time at={DeviceCreateDate} />,
          },
          ...(may(forgetAction) ? [forgetColumn] : []),
        ]}
      />
      {forgetting ? (
        <Confirm
          title={`${t.forgetDevice(nameOf(forgetting))}?`}
          action={t.forget}
          typed={nameOf(forgetting)}
          onConfirm={forget}
          onClose={() => setForgetting(undefined)}
        >
          {t.forgetText}
        </Confirm>
      ) : null}
    </Part>
  )
}
