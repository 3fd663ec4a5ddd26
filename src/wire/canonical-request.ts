import type { IncomingHttpHeaders } from 'node:http'

/** What a signature covers, as received. */
export interface SignedRequest {
  method: string
  /** The path and query of the request line. */
  url: string
  /** The host that the client used: the Host header, or the one that a trusted proxy reports. */
  host: string
  headers: IncomingHttpHeaders
  /** All values of each header: Node joins repeated ones differently than signers do. */
  distinct?: () => NodeJS.Dict<string[]>
  body: Uint8Array
}

/** The names of the headers that are signed, as the client wrote them and one by one. */
interface SignedHeaders {
  signedHeaders: string
  signedNames: readonly string[]
}

/** The text whose hash is signed. @see the "canonical request" of AWS Signature Version 4 */
export function canonicalRequest(
  request: SignedRequest,
  { signedHeaders, signedNames }: SignedHeaders,
  bodyHash: string,
): string {
  const query = request.url.indexOf('?')
  const path = query < 0 ? request.url : request.url.slice(0, query)
  let text = `${request.method}\n${path}\n${query < 0 ? '' : canonicalQuery(request.url.slice(query + 1))}\n`
  for (const name of signedNames) text += `${name}:${headerValue(request, name)}\n`
  return `${text}\n${signedHeaders}\n${bodyHash}`
}

function headerValue(request: SignedRequest, name: string): string {
  if (name === 'host') return request.host
  // The caller chooses these names, which could be those of properties that every object has.
  const value = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined
  if (value === undefined) return ''
  if (typeof value === 'string' && !value.includes(', ')) return collapse(value)
  return (request.distinct?.()[name] ?? [value].flat()).map(collapse).join(',')
}

const collapse = (value: string) => (value.includes('  ') ? value.replace(/ {2,}/g, ' ') : value).trim()

function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      const name = equals < 0 ? pair : pair.slice(0, equals)
      return [encode(name), encode(equals < 0 ? '' : pair.slice(equals + 1))]
    })
    .sort(([a, b], [c, d]) => compare(a!, c!) || compare(b!, d!))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Encoded as in RFC 3986, however the client encoded it. */
function encode(part: string): string {
  let decoded = part
  try {
    decoded = decodeURIComponent(part)
  } catch {
    // Not an escape sequence: a literal percent sign.
  }
  return encodeURIComponent(decoded).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}
