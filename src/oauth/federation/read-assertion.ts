import type { Profile } from '@node-saml/node-saml'
import type { SamlMetadata } from '../../pool/identity-providers/saml-metadata.ts'
import { SamlRefused } from './saml-response.ts'

/** An assertion as node-saml hands it out: the signed text alone, read by xml2js. */
interface Parsed {
  $: { ID?: string; IssueInstant?: string }
  Subject?: {
    SubjectConfirmation?: {
      $?: { Method?: string }
      SubjectConfirmationData?: { $?: { Recipient?: string; NotOnOrAfter?: string; InResponseTo?: string } }[]
    }[]
  }[]
  Conditions?: { $?: { NotOnOrAfter?: string } }[]
}

export interface Assertion {
  id: string
  /** Until when it would be good for another use. */
  until: Date
}

const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
const skew = 60_000
/** An answer that nobody asked for must be fresh. */
const unaskedLimit = 6 * 60_000
const longest = 24 * 3600 * 1000

/** What node-saml leaves to its users: by whom, for whom, and for which request an assertion is. @throws SamlRefused */
export function checkAssertion(
  profile: Profile,
  { metadata, acs, requestId, now }: { metadata: SamlMetadata; acs: string; requestId?: string; now: Date },
): Assertion {
  const assertion = (profile.getAssertion?.() as { Assertion?: Parsed } | undefined)?.Assertion
  const { ID: id, IssueInstant: issued } = assertion?.$ ?? {}
  if (!assertion || !id) throw new SamlRefused('The assertion has no ID.')
  if (profile.issuer !== metadata.entityId) throw new SamlRefused('The issuer is not the identity provider.')
  if (!profile.nameID) throw new SamlRefused('NameID is missing.')

  const confirmations = (assertion.Subject ?? []).flatMap(({ SubjectConfirmation = [] }) => SubjectConfirmation)
  const data = confirmations
    .filter(({ $ }) => $?.Method === bearer)
    .flatMap(({ SubjectConfirmationData = [] }) => SubjectConfirmationData.map(({ $ }) => $ ?? {}))
  const ours = data.filter(({ Recipient }) => Recipient === acs)
  if (ours.length === 0) throw new SamlRefused('Recipient is not this service.')
  const asked = ours.filter(({ InResponseTo }) => (requestId ? InResponseTo === requestId : InResponseTo === undefined))
  if (asked.length === 0) throw new SamlRefused('InResponseTo is not the request that was sent.')

  const age = now.getTime() - Date.parse(issued ?? '')
  if (!requestId && !(age <= unaskedLimit && age >= -skew)) throw new SamlRefused('The assertion is too old.')
  const limits = [...asked, ...(assertion.Conditions ?? []).flatMap(({ $ }) => $ ?? [])]
  const ends = limits.map(({ NotOnOrAfter }) => NotOnOrAfter).filter((end) => end !== undefined)
  const until = Math.min(...ends.map((end) => Date.parse(end)))
  if (!asked.some(({ NotOnOrAfter }) => NotOnOrAfter) || !(until + skew > now.getTime()))
    throw new SamlRefused('The assertion has expired.')
  return { id, until: new Date(Math.min(until + 2 * skew, now.getTime() + longest)) }
}
