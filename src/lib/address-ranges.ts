import { BlockList, isIP } from 'node:net'

/** Whether a text is a range in CIDR notation. */
export function isAddressRange(range: string): boolean {
  const [address = '', bits, ...rest] = range.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return bits !== undefined && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
}

const lists = new WeakMap<readonly string[], BlockList>()

/** Whether an address is in one of the ranges. The ranges are parsed once per list. */
export function isWithin(ranges: readonly string[] | undefined, address: string | undefined): boolean {
  if (!ranges || ranges.length === 0 || !address) return false
  const family = isIP(address)
  if (family === 0) return false
  let list = lists.get(ranges)
  if (!list) {
    list = new BlockList()
    for (const range of ranges) {
      const [base = '', bits = ''] = range.split('/')
      list.addSubnet(base, Number(bits), isIP(base) === 6 ? 'ipv6' : 'ipv4')
    }
    lists.set(ranges, list)
  }
  return list.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/** Whether two addresses are in the same /24, or in the same /48 of IPv6. */
export function isSameNetwork(one: string, other: string): boolean {
  return one === other || (isIP(one) !== 0 && isWithin([`${one}/${isIP(one) === 4 ? 24 : 48}`], other))
}
