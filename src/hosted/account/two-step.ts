import { findSecondFactor, secondFactors } from '../../pool/factors/index.ts'
import { mfaFactors } from '../../pool/pools/mfa-factors.ts'
import { explain, refusalOf } from '../refusal.ts'
import type { TextKey } from '../texts/texts.ts'
import { type ActionView, type ItemView, item, listView } from '../views/account-view.ts'
import { mayChange } from './attributes.ts'
import { callAsUser } from './call-as-user.ts'
import { hasOwnSignIn } from './own-sign-in.ts'
import { type AccountAnswer, type AccountPage, type AccountVisit, withFlash } from './visit.ts'

type Second = (typeof secondFactors)[number]

/** The second factors that the pool offers: which of them are on, and which is asked for first. */
export const twoStep: AccountPage = {
  fresh: true,
  isOffered: (visit) => hasOwnSignIn(visit) && offered(visit).length > 0,
  get: show,
  async post(visit, form) {
    const { t, mfa } = visit
    const factor = findSecondFactor(form('factor'))
    if (!factor || !offered(visit).includes(factor)) return show(visit)
    const isFirst = mfa.enabled.length === 0
    const setting =
      form('set') === 'off' ? { Enabled: false } : { Enabled: true, PreferredMfa: isFirst || form('set') === 'first' }
    try {
      await callAsUser(visit, 'SetUserMFAPreference', { [factor.second.preference]: setting })
      return { go: 'two-step', done: t('account.saved') }
    } catch (thrown) {
      return show(withFlash(visit, explain(t, refusalOf(thrown), { fields: [] })))
    }
  },
}

function show(visit: AccountVisit): AccountAnswer {
  const { t } = visit
  const view = listView(visit, {
    title: t('account.twoStep'),
    description: t('account.twoStep.text'),
    items: offered(visit).map((factor) => factorItem(visit, factor)),
  })
  return { show: 'pages/account-list', view }
}

const offered = ({ pool }: AccountVisit): Second[] => {
  const names = mfaFactors(pool.settings)
  return secondFactors.filter(({ name }) => names.has(name))
}

function factorItem(visit: AccountVisit, factor: Second): ItemView {
  const { t, mfa, user } = visit
  const { name, sendsTo } = factor
  const title = t(`setUp.${name}`)
  const isOn = mfa.enabled.includes(name)
  const others = mfa.enabled.filter((other) => other !== name && findSecondFactor(other))
  const action = (set: SetTo, text: string): ActionView => ({
    form: visit.form('two-step'),
    fields: [
      { name: 'factor', value: name },
      { name: 'set', value: set },
    ],
    text,
    about: title,
  })
  const isPreferred = mfa.preferred === name
  const isUsable = sendsTo ? user.attributes[sendsTo] !== undefined : mfa.token !== undefined
  const address = sendsTo && user.attributes[sendsTo]
  return item({
    title,
    mark: t(isOn ? 'account.on' : 'account.off'),
    markKind: isOn ? 'good' : 'plain',
    lines: [...(isPreferred && others.length > 0 ? [t('account.twoStep.first')] : []), ...(address ? [address] : [])],
    link: setUpLink(visit, factor, isUsable),
    actions: isOn
      ? turnedOnActions(visit, { isPreferred, hasOthers: others.length > 0 }).map(([set, key]) => action(set, t(key)))
      : isUsable
        ? [action('on', t('account.turnOn'))]
        : [],
  })
}

type SetTo = 'on' | 'off' | 'first'

/** If the pool requires a second factor, the last one can't be turned off. */
function turnedOnActions(
  { pool }: AccountVisit,
  { isPreferred, hasOthers }: { isPreferred: boolean; hasOthers: boolean },
): [SetTo, TextKey][] {
  const mayTurnOff = hasOthers || pool.settings.MfaConfiguration !== 'ON'
  return [
    ...(hasOthers && !isPreferred ? [['first', 'account.twoStep.prefer'] satisfies [SetTo, TextKey]] : []),
    ...(mayTurnOff ? [['off', 'account.turnOff'] satisfies [SetTo, TextKey]] : []),
  ]
}

/** An authenticator app can be replaced at any time; an address must exist first. */
function setUpLink(visit: AccountVisit, { sendsTo }: Second, isUsable: boolean): ItemView['link'] {
  const { t } = visit
  if (!sendsTo) {
    const text = t(isUsable ? 'account.change' : 'account.setUp')
    return { url: visit.link('authenticator'), text }
  }
  if (isUsable || !mayChange(visit, sendsTo)) return undefined
  return { url: visit.link(sendsTo === 'email' ? 'email' : 'phone'), text: t('account.setUp') }
}
