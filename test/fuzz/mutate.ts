/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

// What parsers have stumbled over elsewhere.
const bait = [
  '\0',
  '\ud800',
  '\u{1f600}',
  '\uFEFF',
  '%',
  '%00',
  '%ff',
  '+',
  '=',
  ';',
  ',',
  '"',
  "'",
  '\\',
  '\r\n',
  '{}',
  '[]',
  'null',
  'true',
  '-1',
  '1e999',
  '99999999999999999999',
  '__proto__',
  'constructor',
  'toString',
  '&#x110000;',
  '&lt;',
  '<a>',
  '</a>',
  '<!--',
  '<![CDATA[',
  '<!DOCTYPE x>',
  '${',
  '*',
  '?',
].map((text) => Buffer.from(text))

/** One to four faults in a text that was good: flipped bits, what is cut, repeated, put in, or taken from another text. */
export function mutate(sample: Buffer, corpus: readonly Buffer[], random: () => number): Buffer {
  let bytes = sample
  for (let faults = 1 + below(4, random); faults > 0; faults--) bytes = spoil(bytes, corpus, random)
  return bytes
}

function spoil(bytes: Buffer, corpus: readonly Buffer[], random: () => number): Buffer {
  const at = below(bytes.length + 1, random)
  const end = Math.min(bytes.length, at + 1 + below(random() < 0.5 ? 4 : bytes.length + 1, random))
  const [before, piece, rest] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)]
  switch (below(7, random)) {
    case 0: {
      const flipped = Buffer.from(bytes)
      if (at < flipped.length) flipped[at]! ^= 1 << below(8, random)
      return flipped
    }
    case 1:
      return Buffer.concat([before, rest])
    case 2:
      return Buffer.concat([before, bait[below(bait.length, random)]!, bytes.subarray(at)])
    case 3:
      return Buffer.concat([before, bait[below(bait.length, random)]!, rest])
    case 4:
      return Buffer.concat([before, ...Array<Buffer>(2 + below(60, random)).fill(piece), rest])
    case 5:
      return Buffer.concat([before, Buffer.from([below(256, random)]), rest])
    default: {
      const other = corpus[below(corpus.length, random)]!
      return Buffer.concat([before, other.subarray(below(other.length + 1, random))])
    }
  }
}

const below = (end: number, random: () => number): number => Math.floor(random() * end)
