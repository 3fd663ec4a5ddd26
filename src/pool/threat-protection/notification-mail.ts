import type { NotifyConfigurationType } from '@aws-sdk/client-cognito-identity-provider'
import { escapeHtml } from '../../lib/escape-html.ts'
import { htmlToText } from '../messages/fill.ts'
import { mailSettings, senderOf } from '../messages/mail-settings.ts'
import type { Pool } from '../pools/pool.ts'

/** The action taken on a sign-in. */
export type Action = 'BLOCK' | 'MFA_IF_CONFIGURED' | 'MFA_REQUIRED' | 'NO_ACTION'

/** The facts of the message, named like the attributes that a trigger of the pool would get. */
export interface MessageFacts {
  EVENT_ID: string
  USER_NAME: string
  IP_ADDRESS: string
  ACCOUNT_TAKE_OVER_ACTION: Action
  ONE_CLICK_LINK_VALID: string
  ONE_CLICK_LINK_INVALID: string
  LOGIN_TIME: string
  FEEDBACK_TOKEN: string
  CITY?: string
  COUNTRY?: string
  DEVICE_NAME?: string
}

const kinds = {
  BLOCK: 'BlockEmail',
  MFA_IF_CONFIGURED: 'MfaEmail',
  MFA_REQUIRED: 'MfaEmail',
  NO_ACTION: 'NoActionEmail',
} as const

const about = `<p>Time: {login-time}<br>Device: {device-name}<br>Address: {ip-address}<br>Place: {city}, {country}</p>
<p>If this was you, <a href="{one-click-link-valid}">let us know</a>.</p>
<p>If it was not, <a href="{one-click-link-invalid}">tell us</a>, and change your password.</p>`

const defaults = {
  BlockEmail: {
    Subject: 'Blocked sign-in attempt',
    HtmlBody: `<p>We blocked an unrecognized sign-in to your account.</p>${about}`,
  },
  MfaEmail: {
    Subject: 'New sign-in attempt',
    HtmlBody: `<p>We required a second factor for a sign-in to your account.</p>${about}`,
  },
  NoActionEmail: {
    Subject: 'New sign-in attempt',
    HtmlBody: `<p>We observed an unrecognized sign-in to your account.</p>${about}`,
  },
}

export function notificationMail(pool: Pool, notify: NotifyConfigurationType, facts: MessageFacts) {
  const kind = kinds[facts.ACCOUNT_TAKE_OVER_ACTION]
  const { Subject, HtmlBody, TextBody } = notify[kind] ?? { TextBody: undefined, ...defaults[kind] }
  const values = valuesOf(facts)
  const html = HtmlBody && fill(HtmlBody, values, escapeHtml)
  return {
    subject: fill(Subject ?? defaults[kind].Subject, values).replace(/[\p{Cc}\u2028\u2029]+/gu, ' '),
    text: TextBody ? fill(TextBody, values) : htmlToText(html ?? ''),
    html,
    from: senderOf(notify) ?? mailSettings(pool).from,
    replyTo: notify.ReplyTo,
  }
}

const valuesOf = (facts: MessageFacts): Record<string, string> => ({
  'ip-address': facts.IP_ADDRESS,
  'device-name': facts.DEVICE_NAME ?? 'unknown',
  'login-time': facts.LOGIN_TIME,
  city: facts.CITY ?? 'unknown',
  country: facts.COUNTRY ?? 'unknown',
  username: facts.USER_NAME,
  'event-id': facts.EVENT_ID,
  'feedback-token': facts.FEEDBACK_TOKEN,
  'one-click-link-valid': facts.ONE_CLICK_LINK_VALID,
  'one-click-link-invalid': facts.ONE_CLICK_LINK_INVALID,
})

/** In one pass, so that a placeholder in a value is not replaced. */
const fill = (template: string, values: Record<string, string>, write = (value: string) => value): string =>
  template.replace(/\{([a-z-]+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? write(values[name]!) : placeholder,
  )
