/**
 * AWS Signature Version 4 of the Authorization header, verified by hand: signing keys are derived once a day and kept, so
 * that a call costs two hashes and one HMAC. In the service's order:
 *
 *   1. a signature is there            MissingAuthenticationTokenException
 *   2. its parts are there             IncompleteSignatureException
 *   3. the date is one, and now        IncompleteSignatureException, InvalidSignatureException
 *   4. host, date and target signed    InvalidSignatureException
 *   5. the algorithm is ours           IncompleteSignatureException
 *   6. the scope is ours               IncompleteSignatureException, InvalidSignatureException
 *   7. the key is known                UnrecognizedClientException
 *   8. the signature is right          InvalidSignatureException
 *   9. no session token                UnrecognizedClientException (no temporary credentials are issued here)
 */
import { hash, timingSafeEqual } from 'node:crypto'
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

export interface SigV4Settings {
  credentials: readonly { accessKeyId: string; secretAccessKey: string }[]
  region: string
  service: string
}

export interface Signer {
  accessKeyId: string
  region: string
}

/** @param now the time on the wall: a clock that tests move says nothing about a signature's age */
export type VerifySignature = (request: SignedRequest, now: number) => Signer

export function createVerifier({ credentials, region, service }: SigV4Settings): VerifySignature {
  const secrets = new Map(credentials.map((pair) => [pair.accessKeyId, pair.secretAccessKey]))
  const signers = new Map<string, (text: string) => Buffer>()

  function signerOf(accessKeyId: string, secret: string, date: string): (text: string) => Buffer {
    const name = `${date}/${accessKeyId}`
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
    const authorization = headers.authorization
    if (!authorization?.startsWith('AWS4-')) throw new MissingAuthenticationToken()

    const { Credential: credential, SignedHeaders: signedHeaders, Signature: signature } = parts(authorization)
    const dateText = headers['x-amz-date'] ?? headers.date
    if (!credential || !signedHeaders || !signature || typeof dateText !== 'string') {
      const missing = [
        !credential && "Authorization header requires 'Credential' parameter. ",
        !signature && "Authorization header requires 'Signature' parameter. ",
        !signedHeaders && "Authorization header requires 'SignedHeaders' parameter. ",
        !dateText && "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
      ]
      throw new IncompleteSignature(`${missing.filter(Boolean).join('')}Authorization=${algorithm}`)
    }

    const time = timeOf(dateText)
    requireFresh(time, now)
    const date = headers['x-amz-date'] === undefined ? basicFormat(time) : dateText

    const names = signedHeaders.split(';')
    if (!names.includes('host'))
      throw new InvalidSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    for (const name of ['x-amz-date', 'x-amz-target'])
      if (headers[name] !== undefined && !names.includes(name))
        throw new InvalidSignature(`'${headerNames[name]}' must be a 'SignedHeader' in the AWS Authorization.`)
    if (headers['x-amz-date'] === undefined && !names.includes('date'))
      throw new InvalidSignature("'Date' must be a 'SignedHeader' in the AWS Authorization.")

    const given = authorization.slice(0, authorization.indexOf(' '))
    if (given !== algorithm)
      throw new IncompleteSignature(`Unsupported AWS 'algorithm': '${given}' (only ${algorithm} for now). `)

    const [accessKeyId, scopeDate, scopeRegion, scopeService, scopeEnd, ...rest] = credential.split('/')
    if (scopeEnd === undefined || rest.length > 0)
      throw new IncompleteSignature(
        `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
      )
    if (
      scopeRegion !== region ||
      scopeService !== service ||
      scopeEnd !== terminator ||
      scopeDate !== date.slice(0, 8)
    ) {
      const wrong = [
        scopeRegion !== region && 'Credential should be scoped to a valid region. ',
        scopeService !== service && `Credential should be scoped to correct service: '${service}'. `,
        scopeEnd !== terminator &&
          `Credential should be scoped with a valid terminator: '${terminator}', not '${scopeEnd}'. `,
        scopeDate !== date.slice(0, 8) &&
          `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scopeDate}' != '${date.slice(0, 8)}', from '${date}'.`,
      ]
      throw new InvalidSignature(wrong.filter(Boolean).join(''))
    }

    const secret = secrets.get(accessKeyId!)
    if (secret === undefined) throw new UnrecognizedClient()

    const bodyHash = hash('sha256', request.body, 'hex')
    const claimed = headers['x-amz-content-sha256']
    if (claimed !== undefined && claimed !== bodyHash) throw new InvalidSignature()

    const canonical = hash('sha256', canonicalRequest(request, signedHeaders, bodyHash), 'hex')
    const signed = `${algorithm}\n${date}\n${scopeDate}/${region}/${service}/${terminator}\n${canonical}`
    const expected = signerOf(accessKeyId!, secret, scopeDate)(signed)
    const received = Buffer.from(signature, 'hex')
    if (signature.length !== 64 || received.length !== 32 || !timingSafeEqual(received, expected))
      throw new InvalidSignature()

    if (headers['x-amz-security-token'] !== undefined) throw new UnrecognizedClient()
    return { accessKeyId: accessKeyId!, region }
  }
}

const headerNames: Record<string, string> = { 'x-amz-date': 'X-Amz-Date', 'x-amz-target': 'X-Amz-Target' }

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
