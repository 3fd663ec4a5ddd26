import { lookup } from 'node:dns'
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'
import { currentSpan, type Span, spanned } from './spans.ts'

export interface OutboundLimits {
  /** Max size of the response body. */
  maxBytes: number
  allowPrivateAddresses: boolean
  signal: AbortSignal
}

/** A call that this server refuses to make, or a response that it refuses to read. */
export class OutboundRefused extends Error {
  readonly reason: 'private-address' | 'too-long'

  constructor(reason: OutboundRefused['reason']) {
    super(reason)
    this.reason = reason
  }
}

export interface OutboundCall {
  method: string
  headers: Record<string, string>
  body?: string | Uint8Array
}

export interface OutboundAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

/** Sends a POST. @throws like `callOutbound` */
export function postOutbound(
  url: URL,
  headers: Record<string, string>,
  body: string,
  limits: OutboundLimits,
): Promise<OutboundAnswer> {
  return callOutbound(url, { method: 'POST', headers, body }, limits)
}

/**
 * A call to another server. Redirects are not followed. Addresses are checked when they are connected to, so a name
 * can't resolve differently between the check and the call. @throws OutboundRefused, or a network error
 */
export function callOutbound(url: URL, call: OutboundCall, limits: OutboundLimits): Promise<OutboundAnswer> {
  if (!currentSpan()) return send(url, call, limits)
  const work = async (span: Span | undefined) => {
    const answer = await send(url, { ...call, headers: { ...call.headers, ...span?.headers() } }, limits)
    span?.set({ 'http.response.status_code': answer.status })
    return answer
  }
  // The path and query may contain personal data.
  const about = { 'http.request.method': call.method, 'server.address': url.hostname }
  return spanned(`${call.method} ${url.hostname}`, work, 'client', about)
}

async function send(
  url: URL,
  { method, headers, body }: OutboundCall,
  { maxBytes, allowPrivateAddresses, signal }: OutboundLimits,
): Promise<OutboundAnswer> {
  // A literal IP address is never looked up.
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  if (!allowPrivateAddresses && isIP(literal) && !isPublicAddress(literal)) throw new OutboundRefused('private-address')

  const { promise, resolve, reject } = Promise.withResolvers<OutboundAnswer>()
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  const options = {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }) },
    lookup: allowPrivateAddresses ? undefined : lookupPublic,
    agent: allowPrivateAddresses ? undefined : publicAgents[url.protocol],
    signal,
  }
  request(url, options, (answer) => {
    const chunks: Buffer[] = []
    let size = 0
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size > maxBytes) answer.destroy(new OutboundRefused('too-long'))
    })
    answer.on('end', () =>
      resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(chunks) }),
    )
    answer.on('error', reject)
  })
    .on('error', reject)
    .end(body)
  return promise
}

/**
 * Connections of their own: one that a call to a private address has left open would be used again by the name of its
 * host, and nothing would be looked up.
 */
const publicAgents: Record<string, HttpAgent | undefined> = {
  'http:': new HttpAgent({ keepAlive: true, timeout: 5000 }),
  'https:': new HttpsAgent({ keepAlive: true, timeout: 5000 }),
}

const lookupPublic: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, '')
    const open = addresses.filter(({ address }) => isPublicAddress(address))
    const [first] = open
    if (!first) return done(new OutboundRefused('private-address'), '')
    return options.all ? done(null, open) : done(null, first.address, first.family)
  })
}
