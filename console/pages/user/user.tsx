import Alert from '@cloudscape-design/components/alert'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMay } from '../../api/permissions.ts'
import { useCognito } from '../../api/queries.ts'
import type { PageProps } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Failure } from '../../ui/failure.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { UnreadPage } from '../../ui/unread-page.tsx'
import { UserStatus } from '../../ui/user-status.tsx'
import { Attributes } from './attributes.tsx'
import { Devices } from './devices.tsx'
import { Events } from './events.tsx'
import { Factors } from './factors.tsx'
import { Groups } from './groups.tsx'
import { Identities } from './identities.tsx'
import { Passkeys } from './passkeys.tsx'
import { Sessions } from './sessions.tsx'
import { UserActions } from './user-actions.tsx'
import { displayName, type Shown } from './user-type.ts'

/** Everything about one user on one page; each part is read by itself, and only where the role may. */
export default function UserPage({ params }: PageProps) {
  const key = { UserPoolId: params.poolId!, Username: params.username! }
  const query = useCognito('AdminGetUser', key)
  const { data: user, error, refetch } = query
  if (!user) return <UnreadPage title={key.Username} queries={[query]} />
  const shown = { ...key, user }
  return (
    <>
      <PageHead
        title={displayName(user)}
        lead={<UserStatus status={user.UserStatus} enabled={user.Enabled} />}
        actions={<UserActions {...shown} />}
      />
      <SpaceBetween size="l">
        <Failure error={error} onRetry={refetch} />
        <NextStep {...shown} />
        <Attributes {...shown} />
        <ColumnLayout columns={2}>
          <Factors {...shown} />
          <Parts action="cognito-idp:AdminListGroupsForUser">
            <Groups {...shown} />
          </Parts>
        </ColumnLayout>
        <Parts action="poolhouse:ListUserPasskeys">
          <Passkeys {...shown} />
        </Parts>
        <Parts action="cognito-idp:AdminListUserSessions">
          <Sessions {...shown} />
        </Parts>
        <Parts action="cognito-idp:AdminListDevices">
          <Devices {...shown} />
        </Parts>
        <Identities {...shown} />
        <Parts action="cognito-idp:AdminListUserAuthEvents">
          <Events {...shown} />
        </Parts>
      </SpaceBetween>
    </>
  )
}

function Parts({ action, children }: { action: string; children: React.ReactNode }) {
  return useMay(action)(action) ? children : null
}

/** What the status means for the user, where they can't simply sign in. */
function NextStep({ user }: Shown) {
  if (user.Enabled && ['CONFIRMED', 'EXTERNAL_PROVIDER'].includes(user.UserStatus ?? '')) return null
  const meaning = (texts.users.statuses as Record<string, string[]>)[user.UserStatus ?? '']?.[1]
  return <Alert type={user.Enabled ? 'info' : 'warning'}>{user.Enabled ? meaning : texts.user.disableText}</Alert>
}
