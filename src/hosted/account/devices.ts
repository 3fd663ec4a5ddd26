import { tracksDevices } from '../../pool/devices/device.ts'
import { listDevices } from '../../pool/devices/device-store.ts'
import { explain, refusalOf } from '../refusal.ts'
import { item, listView, timeText } from '../views/account-view.ts'
import { callAsUser } from './call-as-user.ts'
import { hasOwnSignIn } from './own-sign-in.ts'
import { type AccountAnswer, type AccountPage, type AccountVisit, withFlash } from './visit.ts'

const maxShown = 60

/** The devices that apps have confirmed for the user. */
export const devices: AccountPage = {
  isOffered: (visit) => hasOwnSignIn(visit) && tracksDevices(visit.pool),
  get: show,
  async post(visit, form) {
    const { t } = visit
    try {
      await callAsUser(visit, 'ForgetDevice', { DeviceKey: form('forget') })
      return { go: 'devices', done: t('account.saved') }
    } catch (thrown) {
      return show(withFlash(visit, explain(t, refusalOf(thrown), { fields: [] })))
    }
  },
}

async function show(visit: AccountVisit): Promise<AccountAnswer> {
  const { ctx, t, pool, user } = visit
  const time = timeText(visit)
  const all = await listDevices(ctx.db, pool.id, user.id, { limit: maxShown })
  const view = listView(visit, {
    title: t('account.devices'),
    description: t('account.devices.text'),
    none: t('account.devices.none'),
    items: all.map(({ key, name, remembered, lastIp, authenticatedAt }) =>
      item({
        title: name,
        mark: remembered ? t('account.devices.remembered') : '',
        markKind: 'good',
        lines: [t('account.lastActive', { date: time(authenticatedAt) }), ...(lastIp ? [lastIp] : [])],
        actions: [
          {
            form: visit.form('devices'),
            fields: [{ name: 'forget', value: key }],
            text: t('account.remove'),
            about: name,
          },
        ],
      }),
    ),
  })
  return { show: 'pages/account-list', view }
}
