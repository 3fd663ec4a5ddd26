import type { IncomingMessage } from 'node:http'
import { createClientAddress, createPeerTrust } from './lib/client-address.ts'
import { forwardedCertificate } from './lib/forwarded-certificate.ts'

const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port'] as const

/**
 * Sanitizes X-Forwarded-* before anything reads it: removed if the peer is not a trusted proxy, otherwise reduced to
 * one client address instead of a chain. All later code may trust these headers, as koa and the OAuth engine do.
 */
export function createForwardedFilter(
  trust: number | string[],
  certificateHeader?: string,
): (req: IncomingMessage) => void {
  const clientAddress = createClientAddress(trust)
  const trusts = createPeerTrust(trust)

  return (req) => {
    const peer = req.socket.remoteAddress ?? ''
    takeCertificate(req, trusts(peer) ? certificateHeader : undefined)
    if (!trusts(peer)) {
      for (const name of forwarded) delete req.headers[name]
      return
    }
    delete req.headers.forwarded
    req.headers['x-forwarded-for'] = clientAddress(peer, header(req, 'x-forwarded-for'))
    // Each proxy in a chain may add its own value: the nearest proxy's describes its own connection, the first one the
    // browser's.
    for (const name of ['x-forwarded-proto', 'x-forwarded-host'] as const) {
      const first = header(req, name)?.split(',')[0]?.trim()
      if (first && /^[\w.:[\]-]+$/.test(first)) req.headers[name] = first
      else delete req.headers[name]
    }
  }
}

/**
 * Exactly one header contains the certificate of the connection to the proxy, whatever the proxy calls it: RFC 9440's.
 */
function takeCertificate(req: IncomingMessage, sentAs: string | undefined): void {
  const sent = sentAs === undefined ? undefined : header(req, sentAs)
  const certificate = sent && forwardedCertificate(sent)
  delete req.headers['client-cert']
  if (certificate) req.headers['client-cert'] = certificate
}

function header(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}
