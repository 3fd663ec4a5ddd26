import { repeatedPassword } from '../repeated-password.ts'
import { attributeOf, typedIn } from '../views/attribute-field.ts'
import { newPasswordView } from '../views/new-password-view.ts'
import { emptyFields } from '../visit.ts'
import type { ChallengePage } from './index.ts'

const prefix = 'userAttributes.'

export const newPasswordRequired: ChallengePage = {
  template: 'NEW_PASSWORD_REQUIRED',
  view: (visit, { username, parameters }) => newPasswordView(visit, username, missingAttributes(parameters)),

  answer(visit, form, { parameters }) {
    const missing = missingAttributes(parameters)
    const values = Object.fromEntries(missing.map((name) => [name, attributeOf(form, name)]))
    const password = form('password')
    const repeated = repeatedPassword(visit, form)
    const differ = password !== repeated ? { repeated: visit.t('error.repeated') } : undefined
    return {
      fields: [...missing, 'password', 'repeated'],
      responses: {
        NEW_PASSWORD: password,
        ...Object.fromEntries(missing.map((name) => [prefix + name, values[name]!])),
      },
      values: typedIn(form, missing),
      errors: emptyFields(visit, { ...values, password, repeated }) ?? differ,
    }
  },
}

const missingAttributes = ({ requiredAttributes = '[]' }: Record<string, string>): string[] =>
  (JSON.parse(requiredAttributes) as string[]).map((name) => name.slice(prefix.length))
