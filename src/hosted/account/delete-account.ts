import { foldCase } from '../../lib/fold.ts'
import { formView } from '../views/account-view.ts'
import { accountName } from '../views/consent-view.ts'
import { field } from '../views/field.ts'
import { callAsUser } from './call-as-user.ts'
import { type AccountAnswer, type AccountPage, type AccountVisit, withFlash } from './visit.ts'

/** Deletes the account, confirmed by typing its name. */
export const deleteAccount: AccountPage = {
  fresh: true,
  isOffered: ({ pool }) => pool.extensions?.AccountPage?.AllowDeletion !== false,
  get: show,
  async post(visit, form) {
    const { t, user } = visit
    if (foldCase(form('confirm').trim()) !== foldCase(accountName(user)))
      return show(withFlash(visit, { errors: { confirm: t('account.delete.mismatch') } }))
    await callAsUser(visit, 'DeleteUser', {})
    return { ended: 'deleted' }
  },
}

function show(visit: AccountVisit): AccountAnswer {
  const { t, flash, user } = visit
  const view = formView(visit, {
    title: t('account.delete'),
    description: t('account.delete.text'),
    form: visit.form('delete'),
    fields: [
      field({
        name: 'confirm',
        label: t('account.delete.confirm', { account: accountName(user) }),
        error: flash.errors?.confirm,
      }),
    ],
    submit: t('account.delete'),
    dangerous: true,
  })
  return { show: 'pages/account-form', view }
}
