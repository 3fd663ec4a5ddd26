type Value = string | number | { [name: string]: Value }

/** A MaxMind database of a few IPv4 networks, as its published format has it: a tree of bits, then the data. */
function mmdb(networks: Record<string, Value>): Buffer {
  type Node = [Node | Value | undefined, Node | Value | undefined]
  const root: Node = [undefined, undefined]
  const nodes = [root]
  for (const [network, value] of Object.entries(networks)) {
    const [address = '', length = ''] = network.split('/')
    const bits = address.split('.').map((byte) => Number(byte).toString(2).padStart(8, '0'))
    const path = [...bits.join('').slice(0, Number(length))].map(Number)
    const last = path.pop()!
    let node = root
    for (const bit of path) {
      if (!node[bit]) {
        node[bit] = [undefined, undefined]
        nodes.push(node[bit])
      }
      node = node[bit] as Node
    }
    node[last] = value
  }

  let data = Buffer.alloc(0)
  const record = (child: Node[number]): number => {
    if (child === undefined) return nodes.length
    if (Array.isArray(child)) return nodes.indexOf(child as Node)
    const at = nodes.length + 16 + data.length
    data = Buffer.concat([data, encode(child)])
    return at
  }
  const tree = Buffer.alloc(nodes.length * 8)
  for (const [index, child] of nodes.flat().entries()) tree.writeUInt32BE(record(child), index * 4)
  const metadata = Buffer.concat([
    Buffer.from([0xe0 | 8]),
    ...[
      ['binary_format_major_version', unsigned(5, 2)],
      ['binary_format_minor_version', unsigned(5, 0)],
      ['build_epoch', unsigned(6, 1_700_000_000)],
      ['database_type', encode('City')],
      ['description', encode({})],
      ['ip_version', unsigned(5, 4)],
      ['node_count', unsigned(6, nodes.length)],
      ['record_size', unsigned(5, 32)],
    ].flatMap(([name, value]) => [encode(name as string), value as Buffer]),
  ])
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    data,
    Buffer.from('abcdef', 'hex'),
    Buffer.from('MaxMind.com'),
    metadata,
  ])
}

/** Texts of up to 28 bytes, doubles, and maps of up to 28 members. */
function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([Buffer.from([0x40 | value.length]), Buffer.from(value)])
  if (typeof value === 'number') {
    const double = Buffer.alloc(9, 0x68)
    double.writeDoubleBE(value, 1)
    return double
  }
  const members = Object.entries(value)
  return Buffer.concat([
    Buffer.from([0xe0 | members.length]),
    ...members.flatMap(([name, member]) => [encode(name), encode(member)]),
  ])
}

/** Of type 5 (16 bits) or 6 (32 bits). */
function unsigned(type: 5 | 6, value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  const body = type === 5 ? bytes.subarray(2) : bytes
  return Buffer.concat([Buffer.from([(type << 5) | body.length]), body])
}

const placeIn = (city: string, country: string, latitude: number, longitude: number): Value => ({
  city: { names: { en: city } },
  country: { names: { en: country } },
  location: { latitude, longitude },
})

/** Paris and Tokyo. */
export const twoCities = mmdb({
  '198.51.100.0/24': placeIn('Paris', 'France', 48.8566, 2.3522),
  '203.0.113.0/24': placeIn('Tokyo', 'Japan', 35.6762, 139.6503),
})
