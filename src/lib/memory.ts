import { type CacheFigures, Lru } from './lru.ts'

/** What one server remembers between requests: one value of each kind that was asked for. */
export class Memory {
  readonly #values = new Map<() => unknown, unknown>()

  of<Value>(make: () => Value): Value {
    const known = this.#values.get(make)
    if (known !== undefined) return known as Value
    const value = make()
    this.#values.set(make, value)
    return value
  }

  /** The caches among it that have a name. */
  caches(): CacheFigures[] {
    return [...this.#values.values()].flatMap((value) =>
      value instanceof Lru && value.name !== undefined ? [{ name: value.name, ...value.figures() }] : [],
    )
  }
}

/**
 * Declares, beside what it is about, something that a server remembers. No module holds it, so that two servers in one
 * process share nothing.
 */
export const remembered =
  <Value>(make: () => Value) =>
  ({ memory }: { memory: Memory }): Value =>
    memory.of(make)
