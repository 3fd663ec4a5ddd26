import { passwordView } from '../views/password-view.ts'
import { emptyFields } from '../visit.ts'
import type { ChallengePage } from './index.ts'

/** After the username, where the user chose it or there was nothing to choose. */
export const password: ChallengePage = {
  view: (visit, { username }) => passwordView(visit, username),
  answer(visit, form) {
    const given = form('password')
    return {
      fields: ['password'],
      responses: { PASSWORD: given },
      errors: emptyFields(visit, { password: given }),
    }
  },
  errorFields: { 'wrong-credentials': 'password' },
}
