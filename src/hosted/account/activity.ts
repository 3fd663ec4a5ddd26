import { protectionOf } from '../../pool/pools/protection.ts'
import { listEvents } from '../../pool/threat-protection/auth-event-store.ts'
import { item, listView, timeText } from '../views/account-view.ts'
import type { AccountPage } from './visit.ts'

const maxShown = 50

/** The account's activity, in pools that record it. */
export const activity: AccountPage = {
  isOffered: ({ pool }) => protectionOf(pool) !== 'OFF',
  async get(visit) {
    const { ctx, t, pool, user } = visit
    const time = timeText(visit)
    const events = await listEvents(ctx.db, { poolId: pool.id, userId: user.id }, maxShown)
    const view = listView(visit, {
      title: t('account.activity'),
      description: t('account.activity.text'),
      none: t('account.activity.none'),
      items: events.map(({ kind, response, context, createdAt }) => {
        const { address, device, city, country } = context
        const place = [city, country].filter(Boolean).join(', ')
        return item({
          title: t(`account.event.${kind}`),
          mark: t(`account.event.${response}`),
          markKind: response === 'Pass' ? 'good' : 'plain',
          lines: [time(createdAt), ...[device, address, place].filter((line): line is string => Boolean(line))],
        })
      }),
    })
    return { show: 'pages/account-list', view }
  },
}
