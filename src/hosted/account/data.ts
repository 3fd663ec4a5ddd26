import { toAttributeList } from '../../pool/attributes/schema.ts'
import { readableAttributes } from '../../pool/clients/client-rules.ts'
import { listDevices } from '../../pool/devices/device-store.ts'
import { identitiesOfUser } from '../../pool/federation/identity-store.ts'
import { listGroupsOfUser } from '../../pool/groups/group-store.ts'
import { listPasskeys } from '../../pool/passkeys/passkey-store.ts'
import { tracksSessions } from '../../pool/sessions/session-config.ts'
import { listSessions } from '../../pool/sessions/user-sessions.ts'
import { eventView } from '../../pool/threat-protection/auth-event.ts'
import { listEvents } from '../../pool/threat-protection/auth-event-store.ts'
import { listView } from '../views/account-view.ts'
import type { AccountPage, AccountVisit } from './visit.ts'

/** The max length of each list, so that the file is bounded. */
const maxOfEach = 1000

/** The stored data of the user, as a file: the attributes that the app may show, and no secrets. */
export const data: AccountPage = {
  fresh: true,
  isOffered: () => true,
  get(visit) {
    const { t } = visit
    const view = listView(visit, {
      title: t('account.data'),
      description: t('account.data.text'),
      more: [
        {
          form: visit.form('data'),
          fields: [],
          text: t('account.data.download'),
          about: '',
          description: '',
        },
      ],
    })
    return { show: 'pages/account-list', view }
  },
  post: async (visit) => ({ file: JSON.stringify(await collect(visit), undefined, 2), name: 'account.json' }),
}

async function collect({ ctx, pool, client, user, mfa }: AccountVisit) {
  const { db } = ctx
  const [passkeys, devices, groups, identities, events, sessions] = await Promise.all([
    listPasskeys(db, pool.id, user.id),
    listDevices(db, pool.id, user.id, { limit: maxOfEach }),
    listGroupsOfUser(db, pool.id, user.id, { after: undefined, limit: maxOfEach }),
    identitiesOfUser(db, pool.id, user.id),
    listEvents(db, { poolId: pool.id, userId: user.id }, maxOfEach),
    tracksSessions(pool) ? listSessions(ctx, { pool, user }) : { Sessions: [] },
  ])
  return {
    username: user.username,
    status: user.status,
    createdAt: user.createdAt,
    updatedAt: user.updatedAt,
    attributes: Object.fromEntries(
      toAttributeList(user, { readable: readableAttributes(pool, client) }).map(({ Name, Value }) => [Name, Value]),
    ),
    groups: groups.map(({ name }) => name),
    secondFactors: { enabled: mfa.enabled, preferred: mfa.preferred, authenticatorApp: mfa.token !== undefined },
    passkeys: passkeys.map(({ name, rpId, createdAt, credentialId }) => ({
      name,
      website: rpId,
      id: credentialId.toString('base64url'),
      createdAt,
    })),
    devices: devices.map(({ key, name, remembered, lastIp, createdAt, authenticatedAt }) => ({
      key,
      name,
      remembered,
      lastAddress: lastIp,
      createdAt,
      lastUsedAt: authenticatedAt,
    })),
    linkedAccounts: identities.map(({ provider_name, attribute, value, created_at }) => ({
      provider: provider_name,
      [attribute]: value,
      createdAt: created_at,
    })),
    sessions: sessions.Sessions,
    events: events.map(eventView),
  }
}
