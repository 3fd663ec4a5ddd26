import { BlockList, isIP } from 'node:net'

/**
 * The client's address behind trusted proxies: X-Forwarded-For read from its trusted end. An address that a client sent
 * itself is never believed, because it stands before the first untrusted hop.
 */
export function createClientAddress(trust: number | string[]): (peer: string, forwardedFor?: string) => string {
  const trusted = Array.isArray(trust) ? listOf(trust) : undefined

  return (peer, forwardedFor) => {
    const chain = [...(forwardedFor?.split(',').map((part) => part.trim()) ?? []), unmap(peer)]
    let position = chain.length - 1
    let hops = trusted ? Number.POSITIVE_INFINITY : (trust as number)
    while (
      position > 0 &&
      hops > 0 &&
      isIP(chain[position - 1]!) &&
      (!trusted || contains(trusted, chain[position]!))
    ) {
      position--
      hops--
    }
    return unmap(chain[position]!)
  }
}

/** Whether this peer's X-Forwarded-Proto and -Host headers are trusted. */
export function createPeerTrust(trust: number | string[]): (peer: string) => boolean {
  if (!Array.isArray(trust)) return () => trust > 0
  const trusted = listOf(trust)
  return (peer) => contains(trusted, unmap(peer))
}

function listOf(ranges: string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}

function contains(list: BlockList, address: string): boolean {
  const family = isIP(address)
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/**
 * The part of an address that a client can't change: for IPv6 the first 64 bits, which a provider assigns to one
 * customer.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('%')[0]!.toLowerCase().split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail ? tail.split(':') : []
  const gap = tail === undefined ? 0 : 8 - first.length - last.length
  const groups = [...first, ...Array<string>(Math.max(0, gap)).fill('0'), ...last]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

/** IPv4 peers of a dual-stack socket arrive as ::ffff:192.0.2.1. */
function unmap(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address
}
