/** The name that was probably meant: the one with the fewest letters changed, if these are few for its length. */
export function nearestName(wrong: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  let fewest = Math.max(2, Math.floor(wrong.length / 4)) + 1
  for (const name of names) {
    const changes = lettersChanged(wrong, name)
    if (changes < fewest) [best, fewest] = [name, changes]
  }
  return best
}

/** Levenshtein's distance: letters inserted, deleted or replaced. */
function lettersChanged(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1]
    for (let j = 0; j < other.length; j++)
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (letter === other[j] ? 0 : 1)))
    row = next
  }
  return row.at(-1)!
}
