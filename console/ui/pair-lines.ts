/** Names and values, one pair a line: `team=shop`. */
export const pairLines = (pairs: Record<string, string>): string[] =>
  Object.entries(pairs).map(([name, value]) => `${name}=${value}`)

/** Undefined where a line is no pair. */
export function pairsIn(lines: string[]): [name: string, value: string][] | undefined {
  const pairs = lines.map((line): [string, string] => {
    const at = line.indexOf('=')
    return [line.slice(0, Math.max(at, 0)).trim(), line.slice(at + 1).trim()]
  })
  return pairs.every(([name], index) => name !== '' && lines[index]!.includes('=')) ? pairs : undefined
}
