import { passwordView } from '../views/password-view.ts'
import { emptyFields } from '../visit.ts'
import type { FactorPage } from './factors.ts'

/** Follows the username page, if the user chose the password or had no other choice. */
export const password: FactorPage = {
  template: 'PASSWORD',
  graphic: 'lock',
  label: 'factor.PASSWORD',
  view: (visit, { username }) => passwordView(visit, username),
  answer(visit, form) {
    const typed = form('password')
    return {
      fields: ['password'],
      responses: { PASSWORD: typed },
      errors: emptyFields(visit, { password: typed }),
    }
  },
  errorFields: { 'wrong-credentials': 'password' },
}
