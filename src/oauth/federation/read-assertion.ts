import type { Profile } from '@node-saml/node-saml'
import type { SamlSession } from '../../pool/federation/saml-session-store.ts'
import type { SamlMetadata } from '../../pool/identity-providers/saml-metadata.ts'
import { SamlRefused } from './saml-response.ts'

/** An assertion as node-saml hands it out: the signed text alone, read by xml2js. */
interface Parsed {
  $: { ID?: string; IssueInstant?: string }
  Issuer?: Text[]
  Subject?: {
    NameID?: (Text & { $?: { Format?: string; NameQualifier?: string; SPNameQualifier?: string } })[]
    SubjectConfirmation?: {
      $?: { Method?: string }
      SubjectConfirmationData?: { $?: { Recipient?: string; NotOnOrAfter?: string; InResponseTo?: string } }[]
    }[]
  }[]
  Conditions?: { $?: { NotOnOrAfter?: string }; AudienceRestriction?: { Audience?: Text[] }[] }[]
  AuthnStatement?: { $?: { SessionIndex?: string } }[]
}

interface Text {
  _?: string
}

export interface Assertion {
  id: string
  /** Until when it could be used again. */
  until: Date
  /** The user that it is about. */
  subject: SamlSession
}

export interface Expected {
  metadata: SamlMetadata
  audience: string
  acs: string
  requestId?: string
  now: Date
}

const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
const skew = 60_000
/** A response that was not requested must be recent. */
const maxUnsolicitedAge = 6 * 60_000
const maxValidity = 24 * 3600 * 1000

/**
 * What node-saml leaves to its users: by whom, for whom, and for which request an assertion is. Names may have space
 * around them, as in documents that somebody has indented. @throws SamlRefused
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: a list of checks, which a reviewer has to see whole and in order
export function checkAssertion(profile: Profile, { metadata, audience, acs, requestId, now }: Expected): Assertion {
  const assertion = (profile.getAssertion?.() as { Assertion?: Parsed } | undefined)?.Assertion
  const { ID: id, IssueInstant: issued } = assertion?.$ ?? {}
  if (!assertion || !id) throw new SamlRefused('The assertion has no ID.')
  if (textOf(assertion.Issuer) !== metadata.entityId) throw new SamlRefused('The issuer is not the identity provider.')
  const restrictions = (assertion.Conditions ?? []).flatMap(({ AudienceRestriction = [] }) => AudienceRestriction)
  const isOurs = ({ Audience = [] }: { Audience?: Text[] }) => Audience.some((one) => textOf([one]) === audience)
  if (restrictions.length === 0 || !restrictions.every(isOurs)) throw new SamlRefused('Audience is not this service.')

  const confirmations = (assertion.Subject ?? []).flatMap(({ SubjectConfirmation = [] }) => SubjectConfirmation)
  const data = confirmations
    .filter(({ $ }) => $?.Method === bearer)
    .flatMap(({ SubjectConfirmationData = [] }) => SubjectConfirmationData.map(({ $ }) => $ ?? {}))
  const forUs = data.filter(({ Recipient }) => Recipient === acs)
  if (forUs.length === 0) throw new SamlRefused('Recipient is not this service.')
  const matching = forUs.filter(({ InResponseTo }) =>
    requestId ? InResponseTo === requestId : InResponseTo === undefined,
  )
  if (matching.length === 0) throw new SamlRefused('InResponseTo is not the request that was sent.')

  const age = now.getTime() - Date.parse(issued ?? '')
  if (!requestId && !(age <= maxUnsolicitedAge && age >= -skew)) throw new SamlRefused('The assertion is too old.')
  const limits = [...matching, ...(assertion.Conditions ?? []).flatMap(({ $ }) => $ ?? [])]
  const ends = limits.map(({ NotOnOrAfter }) => NotOnOrAfter).filter((end) => end !== undefined)
  const until = Math.min(...ends.map((end) => Date.parse(end)))
  if (!matching.some(({ NotOnOrAfter }) => NotOnOrAfter) || !(until + skew > now.getTime()))
    throw new SamlRefused('The assertion has expired.')
  return { id, until: new Date(Math.min(until + 2 * skew, now.getTime() + maxValidity)), subject: subjectOf(assertion) }
}

function subjectOf({ Subject, AuthnStatement }: Parsed): SamlSession {
  const names = Subject?.[0]?.NameID
  const nameId = textOf(names)
  if (!nameId) throw new SamlRefused('NameID is missing.')
  const { Format: format, NameQualifier: nameQualifier, SPNameQualifier: spNameQualifier } = names![0]!.$ ?? {}
  return { nameId, format, nameQualifier, spNameQualifier, sessionIndex: AuthnStatement?.[0]?.$?.SessionIndex }
}

const textOf = (elements: Text[] | undefined): string | undefined => elements?.[0]?._?.trim()
