import { explain, refusalOf } from '../refusal.ts'
import { formView } from '../views/account-view.ts'
import { attributeField, attributeOf, fieldState, typedIn } from '../views/attribute-field.ts'
import { codeField, sentence } from '../views/confirm-view.ts'
import { withFocus } from '../views/field.ts'
import { emptyFields } from '../visit.ts'
import { mayChange } from './attributes.ts'
import { callAsUser } from './call-as-user.ts'
import { type AccountAnswer, type AccountPage, type AccountPageName, type AccountVisit, withFlash } from './visit.ts'

/** An address that the pool can send codes to, and the two pages that change and verify it. */
export interface AddressPage {
  attribute: 'email' | 'phone_number'
  page: AccountPageName & ('email' | 'phone')
  verifyPage: AccountPageName & ('verify-email' | 'verify-phone')
}

export const addressPages: readonly AddressPage[] = [
  { attribute: 'email', page: 'email', verifyPage: 'verify-email' },
  { attribute: 'phone_number', page: 'phone', verifyPage: 'verify-phone' },
]

/** Takes a new address. If the pool verifies it, a code is sent to it. */
export function changeAddress(address: AddressPage): AccountPage {
  const { attribute, page, verifyPage } = address
  const show = (visit: AccountVisit): AccountAnswer => {
    const { t, flash, pool, user } = visit
    const state = flash.values ? fieldState(flash, attribute) : { value: user.attributes[attribute] ?? '' }
    const verifies = pool.settings.AutoVerifiedAttributes?.includes(attribute) ?? false
    const view = formView(visit, {
      title: t(`attribute.${attribute}`),
      description: verifies ? t('account.address.text') : '',
      form: visit.form(page),
      fields: withFocus([attributeField(visit, attribute, { ...state, error: flash.errors?.[attribute] })]),
      submit: t('account.save'),
    })
    return { show: 'pages/account-form', view }
  }

  return {
    fresh: true,
    isOffered: (visit) => mayChange(visit, attribute),
    get: show,
    async post(visit, form) {
      const { t, user } = visit
      const value = attributeOf(form, attribute)
      const values = typedIn(form, [attribute])
      const errors = emptyFields(visit, { [attribute]: value })
      if (errors) return show(withFlash(visit, { errors, values }))
      if (value === user.attributes[attribute]) return { go: 'overview', done: t('account.saved') }
      try {
        const UserAttributes = [{ Name: attribute, Value: value }]
        const { CodeDeliveryDetailsList } = await callAsUser(visit, 'UpdateUserAttributes', { UserAttributes })
        const [sent] = CodeDeliveryDetailsList ?? []
        return sent ? { go: verifyPage, delivery: deliveryOf(sent) } : { go: 'overview', done: t('account.saved') }
      } catch (thrown) {
        const places = { fields: [attribute], attributes: [attribute] }
        return show(withFlash(visit, { ...explain(t, refusalOf(thrown), places), values }))
      }
    },
  }
}

const deliveryOf = ({
  DeliveryMedium = 'EMAIL',
  Destination = '',
}: {
  DeliveryMedium?: string
  Destination?: string
}) => ({
  medium: DeliveryMedium,
  destination: Destination,
})

/** Takes the code that was sent to an address, and sends another on request. */
export function verifyAddress({ attribute, verifyPage }: AddressPage): AccountPage {
  const show = (visit: AccountVisit): AccountAnswer => {
    const { t, flash, state, user } = visit
    const address = user.attributes[attribute] ?? ''
    const view = formView(visit, {
      title: t('account.verifyAddress', { address: state.delivery?.destination || address }),
      description: state.delivery ? sentence(t, state.delivery) : t('account.verify.text'),
      form: visit.form(verifyPage),
      fields: withFocus([codeField(t('code.field'), { error: flash.errors?.code })]),
      submit: t('account.verify'),
      resend: visit.form(verifyPage),
    })
    return { show: 'pages/account-form', view }
  }

  return {
    fresh: true,
    isOffered: (visit) => mayChange(visit, attribute),
    get: show,
    async post(visit, form) {
      const { t } = visit
      try {
        if (form('resend')) {
          const { CodeDeliveryDetails = {} } = await callAsUser(visit, 'GetUserAttributeVerificationCode', {
            AttributeName: attribute,
          })
          return { go: verifyPage, delivery: deliveryOf(CodeDeliveryDetails), done: t('confirm.resent') }
        }
        const code = form('code').replace(/\s/g, '')
        const errors = emptyFields(visit, { code })
        if (errors) return show(withFlash(visit, { errors }))
        await callAsUser(visit, 'VerifyUserAttribute', { AttributeName: attribute, Code: code })
        return { go: 'overview', done: t('account.saved') }
      } catch (thrown) {
        const byReason = { 'code-mismatch': 'code', 'code-expired': 'code' } as const
        return show(withFlash(visit, explain(t, refusalOf(thrown), { fields: ['code'], byReason })))
      }
    },
  }
}
