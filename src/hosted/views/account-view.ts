import type { AccountVisit } from '../account/visit.ts'
import type { FieldView } from './field.ts'
import { type FormView, type PageView, pageView } from './page-view.ts'
import type { QrCode } from './qr-code.ts'

/** An item of the account: its name, its state, and its actions. */
export interface ItemView {
  title: string
  mark: string
  markKind: 'good' | 'plain'
  lines: string[]
  link: { url: string; text: string } | undefined
  actions: ActionView[]
}

export interface ActionView {
  form: FormView
  fields: { name: string; value: string }[]
  text: string
  /** The object of the action, for users of screen readers, who hear the button alone. */
  about: string
}

export const item = (content: Pick<ItemView, 'title'> & Partial<ItemView>): ItemView => ({
  mark: '',
  markKind: 'plain',
  lines: [],
  link: undefined,
  actions: [],
  ...content,
})

export interface SectionView {
  title: string
  items: ItemView[]
}

export interface OverviewView extends PageView {
  sections: SectionView[]
  signOut: FormView
}

export interface ListView extends PageView {
  items: ItemView[]
  /** Shown instead of an empty list. */
  none: string
  /** The form that creates a passkey, if there is one. */
  passkey: PasskeyFormView | undefined
  more: (ActionView & { description: string })[]
  back: string
}

export interface PasskeyFormView {
  form: FormView
  options: string
  purpose: 'create'
  failedText: 'addPasskey.failed'
}

export const listView = (
  visit: AccountVisit,
  content: { title: string; description: string } & Partial<Omit<ListView, keyof PageView>>,
): ListView => ({
  ...pageView(visit, {
    title: content.title,
    description: content.description,
    scripts: content.passkey ? ['passkey'] : [],
  }),
  items: content.items ?? [],
  none: content.none ?? '',
  passkey: content.passkey,
  more: content.more ?? [],
  back: visit.link('overview'),
})

export interface FormPageView extends PageView {
  form: FormView
  fields: FieldView[]
  submit: string
  dangerous: boolean
  /** For password managers. */
  username: string
  /** Asks for another code. */
  resend: FormView | undefined
  back: string
}

export const formView = (
  visit: AccountVisit,
  content: {
    title: string
    description?: string
    form: FormView
    fields: FieldView[]
    submit: string
    dangerous?: boolean
    username?: string
    resend?: FormView
    scripts?: PageView['scripts']
  },
): FormPageView => ({
  ...pageView(visit, { title: content.title, description: content.description, scripts: content.scripts }),
  form: content.form,
  fields: content.fields,
  submit: content.submit,
  dangerous: content.dangerous ?? false,
  username: content.username ?? '',
  resend: content.resend,
  back: visit.link('overview'),
})

export interface AuthenticatorView extends PageView {
  form: FormView
  picture: QrCode
  secret: string
  listed: string
  code: FieldView
  back: string
}

/** Formats times in the user's time zone if the account names one, else in UTC, which is stated. */
export function timeText({ lang, user }: Pick<AccountVisit, 'lang' | 'user'>): (date: Date) => string {
  const { zoneinfo } = user.attributes
  const options = {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  } as const
  const formatter = zoned(lang, options, zoneinfo) ?? new Intl.DateTimeFormat(lang, { ...options, timeZone: 'UTC' })
  return (date) => formatter.format(date)
}

function zoned(lang: string, options: Intl.DateTimeFormatOptions, timeZone: string | undefined) {
  if (!timeZone) return undefined
  try {
    return new Intl.DateTimeFormat(lang, { ...options, timeZone })
  } catch {
    // The attribute may contain anything that its user or an app has written.
    return undefined
  }
}
