import type { SessionDescriptionType } from '@aws-sdk/client-cognito-identity-provider'
import { findClient } from '../../pool/clients/client.ts'
import { tracksSessions } from '../../pool/sessions/session-config.ts'
import { listSessions } from '../../pool/sessions/user-sessions.ts'
import { explain, refusalOf } from '../refusal.ts'
import { type ItemView, item, listView, timeText } from '../views/account-view.ts'
import { appName } from '../views/consent-view.ts'
import { callAsUser } from './call-as-user.ts'
import { type AccountAnswer, type AccountPage, type AccountVisit, withFlash } from './visit.ts'

/** Lists the user's sessions, in pools that track them, and ends all of them, in every pool. */
export const sessions: AccountPage = {
  isOffered: () => true,
  get: show,
  async post(visit, form) {
    const { t } = visit
    try {
      if (form('everywhere')) {
        await callAsUser(visit, 'GlobalSignOut', {})
        return { ended: 'everywhere' }
      }
      await callAsUser(visit, 'RevokeUserSession', {
        SessionId: form('end'),
        RevokeAssociatedSessions: 'LINKED',
      })
      return { go: 'sessions', done: t('account.saved') }
    } catch (thrown) {
      return show(withFlash(visit, explain(t, refusalOf(thrown), { fields: [] })))
    }
  },
}

async function show(visit: AccountVisit): Promise<AccountAnswer> {
  const { ctx, t, pool, user } = visit
  const { Sessions } = tracksSessions(pool) ? await listSessions(ctx, { pool, user }) : { Sessions: [] }
  const view = listView(visit, {
    title: t('account.sessions'),
    description: Sessions.length > 0 ? t('account.sessions.text') : '',
    items: await Promise.all(Sessions.map((session) => sessionItem(visit, session))),
    more: [
      {
        form: visit.form('sessions'),
        fields: [{ name: 'everywhere', value: 'yes' }],
        text: t('account.everywhere'),
        about: '',
        description: t('account.everywhere.text'),
      },
    ],
  })
  return { show: 'pages/account-list', view }
}

async function sessionItem(visit: AccountVisit, session: SessionDescriptionType): Promise<ItemView> {
  const { ctx, t } = visit
  const { SessionId: id = '', SessionType, ClientId, DeviceType, LastActiveDate, LastIPAddress } = session
  const isHere = id === visit.session.id
  const known = SessionType === 'TOKEN' && ClientId ? await findClient(ctx, ClientId) : undefined
  const app = known && appName(known.client)
  const device = DeviceType && DeviceType !== 'unknown' ? DeviceType : undefined
  const title = app ?? device ?? t('account.sessions.browser')
  return item({
    title,
    mark: isHere ? t('account.sessions.here') : '',
    markKind: 'good',
    lines: [
      ...(app && device ? [device] : []),
      ...(LastActiveDate ? [t('account.lastActive', { date: timeText(visit)(LastActiveDate) })] : []),
      ...(LastIPAddress ? [LastIPAddress] : []),
    ],
    actions: isHere
      ? []
      : [
          {
            form: visit.form('sessions'),
            fields: [{ name: 'end', value: id }],
            text: t('signOut.submit'),
            about: title,
          },
        ],
  })
}
