import { passkeyView } from '../views/passkey-view.ts'
import type { FactorPage } from './factors.ts'

/** The page's script asks the browser for the passkey and posts what it signed. */
export const webAuthn: FactorPage = {
  template: 'passkey',
  graphic: 'passkey',
  label: 'factor.WEB_AUTHN',
  view: (visit, { username, parameters }) =>
    passkeyView(visit, { username, options: parameters.CREDENTIAL_REQUEST_OPTIONS ?? '{}' }),
  answer(visit, form) {
    const credential = form('credential')
    return {
      fields: [],
      responses: { CREDENTIAL: credential },
      errors: credential ? undefined : { credential: visit.t('passkey.failed') },
    }
  },
}
