import { isOn } from '../../model/extensions.ts'
import { approvalPath, approvalsOf } from '../../oauth/interaction.ts'
import { identitiesOfUser } from '../../pool/federation/identity-store.ts'
import { listPasskeys } from '../../pool/passkeys/passkey-store.ts'
import { type ItemView, item, type OverviewView, type SectionView } from '../views/account-view.ts'
import { accountName, appName } from '../views/consent-view.ts'
import { pageView } from '../views/page-view.ts'
import { type AddressPage, addressPages } from './address.ts'
import { attributeLabel, shownAttributes } from './attributes.ts'
import type { AccountPage, AccountPageName, AccountVisit } from './visit.ts'

/** An overview of the account with links to change it. `offers` says which pages this user has. */
export const overview = (offers: (visit: AccountVisit, page: AccountPageName) => boolean): AccountPage => ({
  isOffered: () => true,
  async get(visit) {
    const { t, user } = visit
    const link = (page: AccountPageName, text: string) =>
      offers(visit, page) ? { url: visit.link(page), text } : undefined
    const rows = (page: AccountPageName, row: ItemView): ItemView[] => (offers(visit, page) ? [row] : [])
    const manage = (page: AccountPageName, title: string, more: Partial<ItemView> = {}) =>
      rows(page, item({ title, link: link(page, t('account.manage')), ...more }))

    const sections: SectionView[] = [
      { title: t('account.requests'), items: await requestItems(visit) },
      {
        title: t('account.profile'),
        items: [
          ...addressPages.flatMap((address) => addressItem(visit, address, offers)),
          ...shownAttributes(visit)
            .filter((name) => user.attributes[name])
            .map((name) => item({ title: attributeLabel(t, name), lines: [user.attributes[name]!] })),
          ...rows('profile', item({ title: t('account.details'), link: link('profile', t('account.edit')) })),
        ],
      },
      {
        title: t('account.security'),
        items: [
          ...rows('password', item({ title: t('field.password'), link: link('password', t('account.change')) })),
          ...(offers(visit, 'passkeys') ? manage('passkeys', t('account.passkeys'), await passkeyCount(visit)) : []),
          ...manage('two-step', t('account.twoStep'), onOrOff(visit)),
          ...manage('devices', t('account.devices')),
          ...manage('sessions', t('account.sessions')),
          ...manage('activity', t('account.activity'), { link: link('activity', t('account.view')) }),
        ],
      },
      { title: t('account.linked'), items: await linkedItems(visit) },
      {
        title: t('account.data'),
        items: [
          ...rows('data', item({ title: t('account.data.copy'), link: link('data', t('account.data.download')) })),
          ...rows('delete', item({ title: t('account.delete'), link: link('delete', t('account.delete.start')) })),
        ],
      },
    ]
    const view: OverviewView = {
      ...pageView(visit, {
        title: t('account.title'),
        description: t('consent.signedIn', { account: accountName(user) }),
      }),
      sections: sections.filter(({ items }) => items.length > 0),
      signOut: visit.form('signout'),
    }
    return { show: 'pages/account', view }
  },
})

/** What apps ask the user to allow. */
async function requestItems({ ctx, t, base, pool, user }: AccountVisit): Promise<ItemView[]> {
  if (!isOn('BackchannelAuthentication', pool)) return []
  const approvals = await approvalsOf(ctx, pool.id, user.id)
  return approvals.map(({ client, asked }) =>
    item({
      title: appName(client),
      lines: asked.bindingMessage === undefined ? [] : [asked.bindingMessage],
      link: { url: `${base}${approvalPath(asked)}`, text: t('account.review') },
    }),
  )
}

function addressItem(
  visit: AccountVisit,
  { attribute, page, verifyPage }: AddressPage,
  offers: (visit: AccountVisit, page: AccountPageName) => boolean,
): ItemView[] {
  const { t, user } = visit
  const value = user.attributes[attribute]
  const isVerified = user.attributes[`${attribute}_verified`] === 'true'
  const changes = offers(visit, page)
  if (!changes && !value) return []
  const title = t(`attribute.${attribute}`)
  const row = item({
    title,
    lines: [value ?? t('account.notSet')],
    ...(value && { mark: t(isVerified ? 'account.verified' : 'account.unverified') }),
    markKind: isVerified ? 'good' : 'plain',
    link: changes ? { url: visit.link(page), text: t(value ? 'account.change' : 'account.setUp') } : undefined,
  })
  const verify = item({
    title: t('account.verifyAddress', { address: value ?? '' }),
    link: { url: visit.link(verifyPage), text: t('account.verify') },
  })
  return value && !isVerified && offers(visit, verifyPage) ? [row, verify] : [row]
}

async function passkeyCount({ ctx, t, lang, pool, user }: AccountVisit): Promise<Partial<ItemView>> {
  const count = (await listPasskeys(ctx.db, pool.id, user.id)).length
  return { mark: count > 0 ? new Intl.NumberFormat(lang).format(count) : t('account.notSet') }
}

function onOrOff({ t, mfa }: AccountVisit): Partial<ItemView> {
  const isOn = mfa.enabled.length > 0
  return { mark: t(isOn ? 'account.on' : 'account.off'), markKind: isOn ? 'good' : 'plain' }
}

async function linkedItems({ ctx, pool, user }: AccountVisit): Promise<ItemView[]> {
  const identities = await identitiesOfUser(ctx.db, pool.id, user.id)
  return [...new Set(identities.map(({ provider_name }) => provider_name))].map((title) => item({ title }))
}
