import { passkeyView } from '../views/passkey-view.ts'
import type { ChallengePage } from './index.ts'

/** The page's script asks the browser for the passkey and posts what it signed. */
export const webAuthn: ChallengePage = {
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
