import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { usePermissions } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { actionColumn } from '../../ui/action-column.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'
import type { Shown } from './user-type.ts'

const t = texts.user
const configAction = 'cognito-idp:GetUserPoolSessionConfiguration'
const endAction = 'cognito-idp:AdminRevokeUserSession'

type Session = NonNullable<CognitoOutput<'AdminListUserSessions'>['Sessions']>[number]

const deviceOf = ({ DeviceType, SessionId }: Session) => DeviceType ?? SessionId!
const placeOf = ({ LastLocation, LastIPAddress }: Session) =>
  [LastLocation?.City, LastLocation?.Country, LastIPAddress].filter(Boolean).join(', ') || texts.common.none

export function Sessions({ UserPoolId, Username }: Shown) {
  const { may, isKnown } = usePermissions([endAction, configAction], UserPoolId)
  const config = useCognito('GetUserPoolSessionConfiguration', { UserPoolId }, { enabled: may(configAction) })
  const isOff = config.data?.UserSessionTracking === 'DISABLED'
  const enabled = isKnown && !isOff && !(may(configAction) && config.isPending)
  const query = useCognito('AdminListUserSessions', { UserPoolId, Username }, { enabled })
  const [ending, setEnding] = useState<Session>()
  const end = async () => {
    await cognito('AdminRevokeUserSession', {
      UserPoolId,
      Username,
      SessionId: ending!.SessionId!,
      RevokeAssociatedSessions: 'LINKED',
    })
    await refresh('AdminListUserSessions')
    flashSuccess(t.sessionEnded)
  }
  const endColumn = actionColumn<Session>({
    text: t.endSession,
    label: (session) => t.endSessionOf(deviceOf(session)),
    onClick: setEnding,
  })
  return (
    <Part title={t.sessions} query={query} off={t.noTracking} isOff={isOff}>
      <Table<Session>
        variant="embedded"
        items={query.data?.Sessions ?? []}
        trackBy="SessionId"
        wrapLines
        empty={t.noSessions}
        ariaLabels={{ tableLabel: t.sessions }}
        columnDefinitions={[
          { id: 'device', header: t.device, isRowHeader: true, cell: deviceOf },
          { id: 'type', header: t.session, cell: ({ SessionType = '' }) => t.sessionTypes[SessionType] ?? SessionType },
          { id: 'app', header: t.app, cell: ({ ClientId }) => <code>{ClientId ?? texts.common.none}</code> },
          { id: 'place', header: t.place, cell: placeOf },
          { id: 'active', header: t.lastActive, cell: ({ LastActiveDate }) => <Time at={LastActiveDate} /> },
          { id: 'created', header: texts.common.created, cell: ({ CreateDate }) => <Time at={CreateDate} /> },
          ...(may(endAction) ? [endColumn] : []),
        ]}
      />
      {ending ? (
        <Confirm
          title={`${t.endSessionOf(deviceOf(ending))}?`}
          action={t.endSession}
          onConfirm={end}
          onClose={() => setEnding(undefined)}
        >
          {t.endSessionText}
        </Confirm>
      ) : null}
    </Part>
  )
}
