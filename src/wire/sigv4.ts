/**
 * AWS Signature Version 4 of the Authorization header, verified by hand: signing keys are derived once a day and cached,
 * so that a call costs two hashes and one HMAC. In the service's order:
 *
 *   1. there is a signature            MissingAuthenticationTokenException
 *   2. no part of it is missing        IncompleteSignatureException
 *   3. the date is valid and recent    IncompleteSignatureException, InvalidSignatureException
 *   4. host, date and target signed    InvalidSignatureException
 *   5. the algorithm is supported      IncompleteSignatureException
 *   6. the scope is right              IncompleteSignatureException, InvalidSignatureException
 *   7. the key is known                UnrecognizedClientException
 *   8. the signature is right          InvalidSignatureException
 *
 * The caller looks up the key's owner and secret, and checks that a session token belongs to it.
 */
import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { createHmacSha256 } from '../lib/hmac-sha256.ts'
import {
  IncompleteSignature,
  InvalidSignature,
  MissingAuthenticationToken,
  UnrecognizedClient,
} from '../model/errors.ts'
import { canonicalRequest, type SignedRequest } from './canonical-request.ts'

const algorithm = 'AWS4-HMAC-SHA256'
const terminator = 'aws4_request'
const maxSkew = 15 * 60 * 1000
const maxKeys = 1000
/** Longer ones are read anew each time. */
const maxClaimLength = 1024

export interface SignatureScope {
  region: string
  service: string
}

/** A signature whose format, time and scope are right. Whether it is valid is known once the secret is. */
export interface ReadSignature {
  accessKeyId: string
  region: string
  /** Only with temporary credentials. */
  sessionToken?: string
  /** @throws UnrecognizedClientException if there is no secret, InvalidSignatureException if the signature differs */
  verify(secret: string | undefined): void
}

/** @param now the real time: the clock that tests move says nothing about a signature's age */
export type ReadSignatureOf = (request: SignedRequest, now: number) => ReadSignature

export function createSignatureReader({ region, service }: SignatureScope): ReadSignatureOf {
  const signers = new Map<string, (text: string) => Buffer>()
  const readClaim = createClaimReader()

  function signerOf(accessKeyId: string, secret: string, date: string): (text: string) => Buffer {
    const name = `${date}/${accessKeyId}/${secret}`
    let sign = signers.get(name)
    if (!sign) {
      sign = createHmacSha256(Buffer.from(`AWS4${secret}`))
      for (const part of [date, region, service, terminator]) sign = createHmacSha256(sign(part))
      if (signers.size >= maxKeys) signers.clear()
      signers.set(name, sign)
    }
    return sign
  }

  return (request, now) => {
    const { headers } = request
    const { claim, signature } = readAuthorization(headers, readClaim)
    const date = requireDate(headers, now)
    requireSignedHeaders(headers, claim.signedNames)
    requireAlgorithm(claim.algorithm)
    const { accessKeyId, scopeDate } = requireScope(claim.credential, { region, service, date })
    const sessionToken = headers['x-amz-security-token']
    return {
      accessKeyId,
      region,
      ...(sessionToken !== undefined && { sessionToken: String(sessionToken) }),
      verify(secret) {
        if (secret === undefined) throw new UnrecognizedClient()
        const scope = `${scopeDate}/${region}/${service}/${terminator}`
        const canonical = hash('sha256', canonicalRequest(request, claim, requireBodyHash(request)), 'hex')
        const expected = signerOf(accessKeyId, secret, scopeDate)(`${algorithm}\n${date}\n${scope}\n${canonical}`)
        requireSignature(signature, expected)
      },
    }
  }
}

/** An Authorization header without its signature. */
interface Claim {
  algorithm: string
  /** The credential's parts. */
  credential: readonly string[]
  signedHeaders: string
  signedNames: readonly string[]
}

type ReadClaim = (authorization: string) => { claim: Claim; signature: string } | Parts

/** A client's headers differ by their last part alone, the signature, for a whole day: the rest is read once. */
function createClaimReader(): ReadClaim {
  const known = new Map<string, Claim>()

  return (authorization) => {
    const end = authorization.lastIndexOf(lastPart) + lastPart.length
    const start = authorization.slice(0, end)
    const signature = authorization.slice(end)
    const seen = known.get(start)
    if (seen && /^\w+$/.test(signature)) return { claim: seen, signature }
    const found = parts(authorization)
    const { Credential: credential, SignedHeaders: signedHeaders } = found
    if (!credential || !signedHeaders || !found.Signature) return found
    const claim = {
      algorithm: authorization.slice(0, authorization.indexOf(' ')),
      credential: credential.split('/'),
      signedHeaders,
      signedNames: signedHeaders.split(';'),
    }
    const isLast = found.Signature === signature && endsInSignature.test(start)
    if (isLast && authorization.length <= maxClaimLength) {
      if (known.size >= maxKeys) known.clear()
      known.set(start, claim)
    }
    return { claim, signature: found.Signature }
  }
}

const lastPart = 'Signature='
/** Not in a longer name, such as `NotSignature=`. */
const endsInSignature = /[ ,]Signature=$/

/** Steps 1 and 2. @throws MissingAuthenticationTokenException, IncompleteSignatureException naming all that is missing */
function readAuthorization(headers: IncomingHttpHeaders, readClaim: ReadClaim) {
  const { authorization } = headers
  if (!authorization?.startsWith('AWS4-')) throw new MissingAuthenticationToken()
  const found = readClaim(authorization)
  const dateText = dateOf(headers)
  if ('claim' in found && dateText) return found
  const read = 'claim' in found ? undefined : found
  const missing = [
    read && !read.Credential && "Authorization header requires 'Credential' parameter. ",
    read && !read.Signature && "Authorization header requires 'Signature' parameter. ",
    read && !read.SignedHeaders && "Authorization header requires 'SignedHeaders' parameter. ",
    !dateText && "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
  ]
  throw new IncompleteSignature(`${missing.filter(Boolean).join('')}Authorization=${algorithm}`)
}

function dateOf(headers: IncomingHttpHeaders): string | undefined {
  const date = headers['x-amz-date'] ?? headers.date
  return typeof date === 'string' ? date : undefined
}

/** Step 3: the date, in the format in which it is signed. */
function requireDate(headers: IncomingHttpHeaders, now: number): string {
  const text = dateOf(headers)!
  const time = timeOf(text)
  requireFresh(time, now)
  return headers['x-amz-date'] === undefined ? basicFormat(time) : text
}

const headerNames = [
  ['x-amz-date', 'X-Amz-Date'],
  ['x-amz-target', 'X-Amz-Target'],
] as const

/** Step 4 */
function requireSignedHeaders(headers: IncomingHttpHeaders, names: readonly string[]): void {
  if (!names.includes('host'))
    throw new InvalidSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
  for (const [name, shown] of headerNames)
    if (headers[name] !== undefined && !names.includes(name))
      throw new InvalidSignature(`'${shown}' must be a 'SignedHeader' in the AWS Authorization.`)
  if (headers['x-amz-date'] === undefined && !names.includes('date'))
    throw new InvalidSignature("'Date' must be a 'SignedHeader' in the AWS Authorization.")
}

/** Step 5 */
function requireAlgorithm(claimed: string): void {
  if (claimed !== algorithm)
    throw new IncompleteSignature(`Unsupported AWS 'algorithm': '${claimed}' (only ${algorithm} for now). `)
}

/** Step 6: the key id and date of a credential for this server and day. */
function requireScope(credential: readonly string[], expected: { region: string; service: string; date: string }) {
  if (credential.length !== 5)
    throw new IncompleteSignature(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential.join('/')}'`,
    )
  const [accessKeyId, scopeDate, scopeRegion, scopeService, scopeEnd] = credential
  const { region, service, date } = expected
  const day = date.slice(0, 8)
  const wrong = [
    scopeRegion !== region && 'Credential should be scoped to a valid region. ',
    scopeService !== service && `Credential should be scoped to correct service: '${service}'. `,
    scopeEnd !== terminator &&
      `Credential should be scoped with a valid terminator: '${terminator}', not '${scopeEnd}'. `,
    scopeDate !== day &&
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scopeDate}' != '${day}', from '${date}'.`,
  ].filter((fault) => fault !== false)
  if (wrong.length > 0) throw new InvalidSignature(wrong.join(''))
  return { accessKeyId: accessKeyId!, scopeDate: day }
}

/** Part of step 8: the hash of the body, which a client may also send. */
function requireBodyHash({ headers, body }: SignedRequest): string {
  const bodyHash = hash('sha256', body, 'hex')
  const claimed = headers['x-amz-content-sha256']
  if (claimed !== undefined && claimed !== bodyHash) throw new InvalidSignature()
  return bodyHash
}

/** The rest of step 8 */
function requireSignature(signature: string, expected: Buffer): void {
  const received = Buffer.from(signature, 'hex')
  if (signature.length !== 64 || received.length !== 32 || !timingSafeEqual(received, expected))
    throw new InvalidSignature()
}

type Parts = { Credential?: string; SignedHeaders?: string; Signature?: string }

/** `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, with or without the spaces. */
function parts(authorization: string): Parts {
  const found: Parts = {}
  const start = authorization.indexOf(' ')
  if (start < 0) return found
  for (const part of authorization.slice(start + 1).split(',')) {
    const text = part.trim()
    const equals = text.indexOf('=')
    if (equals < 0)
      throw new IncompleteSignature(
        `'${text}' not a valid key=value pair (missing equal-sign) in Authorization header: '${algorithm}'.`,
      )
    const name = text.slice(0, equals)
    if (name === 'Credential' || name === 'SignedHeaders' || name === 'Signature') found[name] = text.slice(equals + 1)
  }
  return found
}

const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

function timeOf(date: string): number {
  const match = basic.exec(date)
  const time = match
    ? Date.UTC(+match[1]!, +match[2]! - 1, +match[3]!, +match[4]!, +match[5]!, +match[6]!)
    : / GMT$/.test(date)
      ? Date.parse(date)
      : Number.NaN
  if (Number.isNaN(time))
    throw new IncompleteSignature(
      `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    )
  return time
}

const basicFormat = (time: number) => `${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`

function requireFresh(time: number, now: number): void {
  if (time < now - maxSkew)
    throw new InvalidSignature(
      `Signature expired: ${basicFormat(time)} is now earlier than ${basicFormat(now - maxSkew)} (${basicFormat(now)} - 15 min.)`,
    )
  if (time > now + maxSkew)
    throw new InvalidSignature(
      `Signature not yet current: ${basicFormat(time)} is still later than ${basicFormat(now + maxSkew)} (${basicFormat(now)} + 15 min.)`,
    )
}
