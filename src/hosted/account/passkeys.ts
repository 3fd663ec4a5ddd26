import { listPasskeys } from '../../pool/passkeys/passkey-store.ts'
import { startRegistration } from '../../pool/passkeys/register.ts'
import { offersPasskeys, register } from '../pages/add-passkey.ts'
import { explain, refusalOf } from '../refusal.ts'
import { item, listView, timeText } from '../views/account-view.ts'
import { callAsUser } from './call-as-user.ts'
import { hasOwnSignIn } from './own-sign-in.ts'
import { type AccountAnswer, type AccountPage, type AccountVisit, withFlash } from './visit.ts'

export const passkeys: AccountPage = {
  fresh: true,
  isOffered: (visit) => hasOwnSignIn(visit) && offersPasskeys(visit.ctx, visit.pool, visit.managed),
  get: show,
  async post(visit, form) {
    const { ctx, t, pool, client, user } = visit
    if (form('credential')) {
      const refused = await register(ctx, t, { pool, client, user }, form('credential'))
      return refused ? show(withFlash(visit, refused)) : { go: 'passkeys', done: t('account.passkeys.added') }
    }
    try {
      await callAsUser(visit, 'DeleteWebAuthnCredential', { CredentialId: form('remove') })
      return { go: 'passkeys', done: t('account.passkeys.removed') }
    } catch (thrown) {
      return show(withFlash(visit, explain(t, refusalOf(thrown), { fields: [] })))
    }
  },
}

async function show(visit: AccountVisit): Promise<AccountAnswer> {
  const { ctx, t, pool, client, user } = visit
  const time = timeText(visit)
  const all = await listPasskeys(ctx.db, pool.id, user.id)
  const hasRoom = all.length < ctx.limits.passkeysPerUser
  const view = listView(visit, {
    title: t('account.passkeys'),
    description: t('addPasskey.description'),
    none: t('account.passkeys.none'),
    items: all.map(({ name, createdAt, credentialId }) =>
      item({
        title: name,
        lines: [t('account.addedOn', { date: time(createdAt) })],
        actions: [
          {
            form: visit.form('passkeys'),
            fields: [{ name: 'remove', value: credentialId.toString('base64url') }],
            text: t('account.remove'),
            about: name,
          },
        ],
      }),
    ),
    passkey: hasRoom
      ? {
          form: visit.form('passkeys'),
          options: JSON.stringify(await startRegistration(ctx, { pool, client, user })),
          purpose: 'create',
          failedText: 'addPasskey.failed',
        }
      : undefined,
  })
  return { show: 'pages/account-list', view }
}
