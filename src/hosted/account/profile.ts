import { explain, refusalOf } from '../refusal.ts'
import { formView } from '../views/account-view.ts'
import { attributeField, attributeOf, fieldState, typedIn } from '../views/attribute-field.ts'
import { withFocus } from '../views/field.ts'
import { attributeLabel, editableAttributes } from './attributes.ts'
import { callAsUser } from './call-as-user.ts'
import { type AccountAnswer, type AccountPage, type AccountVisit, withFlash } from './visit.ts'

export const profile: AccountPage = {
  isOffered: (visit) => editableAttributes(visit).length > 0,
  get: show,
  async post(visit, form) {
    const { t, user } = visit
    const names = editableAttributes(visit)
    const changed = names
      .map((name) => ({ Name: name, Value: attributeOf(form, name) }))
      .filter(({ Name, Value }) => Value !== (user.attributes[Name] ?? ''))
    if (changed.length === 0) return { go: 'overview', done: t('account.saved') }
    try {
      await callAsUser(visit, 'UpdateUserAttributes', { UserAttributes: changed })
      return { go: 'overview', done: t('account.saved') }
    } catch (thrown) {
      const attributes = changed.map(({ Name }) => Name)
      const refused = explain(t, refusalOf(thrown), { fields: names, attributes })
      return show(withFlash(visit, { ...refused, values: typedIn(form, names) }))
    }
  },
}

function show(visit: AccountVisit): AccountAnswer {
  const { t, flash, user, pool } = visit
  const required = new Set(pool.settings.SchemaAttributes.filter(({ Required }) => Required).map(({ Name }) => Name))
  const fields = editableAttributes(visit).map((name) => {
    const { value, ...state } = fieldState(flash, name)
    const stored = flash.values ? value : user.attributes[name]
    const made = attributeField(visit, name, { ...state, value: stored ?? '' })
    return { ...made, label: attributeLabel(t, name), required: required.has(name) }
  })
  const view = formView(visit, {
    title: t('account.profile'),
    form: visit.form('profile'),
    fields: withFocus(fields),
    submit: t('account.save'),
  })
  return { show: 'pages/account-form', view }
}
