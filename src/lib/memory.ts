import { type CacheFigures, Lru } from './lru.ts'

/** What one server remembers between requests: one value for each declaration. */
export class Memory {
  readonly #values = new Map<() => unknown, unknown>()

  of<Value>(make: () => Value): Value {
    const known = this.#values.get(make)
    if (known !== undefined) return known as Value
    const value = make()
    this.#values.set(make, value)
    return value
  }

  /** Those of its caches that have a name. */
  caches(): CacheFigures[] {
    return [...this.#values.values()].flatMap((value) =>
      value instanceof Lru && value.name !== undefined ? [{ name: value.name, ...value.figures() }] : [],
    )
  }
}

/**
 * Declares something that a server remembers, beside the code that uses it. Modules hold no state themselves, so that
 * two servers in one process share nothing.
 */
export const remembered =
  <Value>(make: () => Value) =>
  ({ memory }: { memory: Memory }): Value =>
    memory.of(make)
