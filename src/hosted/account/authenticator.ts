import { softwareTokenMfa } from '../../pool/factors/software-token-mfa.ts'
import { findSetup } from '../../pool/mfa/mfa-store.ts'
import { openSecret, totpSecretText } from '../../pool/mfa/software-token.ts'
import { mfaFactors } from '../../pool/pools/mfa-factors.ts'
import { explain, refusalOf } from '../refusal.ts'
import type { AuthenticatorView } from '../views/account-view.ts'
import { codeField } from '../views/confirm-view.ts'
import { withFocus } from '../views/field.ts'
import { pageView } from '../views/page-view.ts'
import { qrCode } from '../views/qr-code.ts'
import { inGroups, keyUri } from '../views/set-up-view.ts'
import { emptyFields } from '../visit.ts'
import { callAsUser } from './call-as-user.ts'
import { hasOwnSignIn } from './own-sign-in.ts'
import { type AccountAnswer, type AccountPage, type AccountVisit, withFlash } from './visit.ts'

/**
 * Sets up an authenticator app, or replaces it. The current one stays valid until the new one's first code is right.
 */
export const authenticator: AccountPage = {
  fresh: true,
  isOffered: (visit) => hasOwnSignIn(visit) && mfaFactors(visit.pool.settings).has(softwareTokenMfa.name),
  // A new secret each time: somebody who saw an earlier one must not own the factor once it is set up.
  async get(visit) {
    const { SecretCode } = await callAsUser(visit, 'AssociateSoftwareToken', {})
    return show(visit, SecretCode!)
  },
  async post(visit, form) {
    const { ctx, t, pool, user, mfa } = visit
    const sealed = await findSetup(ctx.db, pool.id, user.id, ctx.clock.now())
    if (!sealed) return { go: 'authenticator' }
    const secret = totpSecretText(openSecret(ctx, pool.id, user.id, sealed))
    const code = form('code').replace(/\s/g, '')
    const errors = emptyFields(visit, { code })
    if (errors) return show(withFlash(visit, { errors }), secret)
    try {
      await callAsUser(visit, 'VerifySoftwareToken', { UserCode: code })
      await callAsUser(visit, 'SetUserMFAPreference', {
        SoftwareTokenMfaSettings: {
          Enabled: true,
          PreferredMfa: mfa.preferred === undefined || mfa.preferred === softwareTokenMfa.name,
        },
      })
      return { go: 'two-step', done: t('account.saved') }
    } catch (thrown) {
      const byReason = { 'software-token-mismatch': 'code', 'app-code-mismatch': 'code' } as const
      return show(withFlash(visit, explain(t, refusalOf(thrown), { fields: ['code'], byReason })), secret)
    }
  },
}

async function show(visit: AccountVisit, secret: string): Promise<AccountAnswer> {
  const { t, pool, user, flash } = visit
  const account = user.attributes.email ?? user.username
  const [code] = withFocus([codeField(t('setUpApp.code'), { error: flash.errors?.code })])
  const view: AuthenticatorView = {
    ...pageView(visit, {
      title: t('setUpApp.title'),
      description: t('setUpApp.description'),
      scripts: ['copy-secret'],
    }),
    form: visit.form('authenticator'),
    picture: await qrCode(keyUri(pool.name, account, secret)),
    secret: inGroups(secret),
    listed: t('setUpApp.listed', { name: `${pool.name} (${account})` }),
    code: code!,
    back: visit.link('two-step'),
  }
  return { show: 'pages/account-authenticator', view }
}
