/** The hits and misses of a cache. */
export interface CacheFigures {
  name: string
  hits: number
  misses: number
  entries: number
}

/**
 * A map that evicts its least recently used entries once it holds more than `capacity`. A cache with a name has
 * metrics.
 */
export class Lru<Key, Value> {
  #entries = new Map<Key, Value>()
  #capacity: number
  #hits = 0
  #misses = 0
  readonly name: string | undefined

  constructor(capacity: number, name?: string) {
    this.#capacity = capacity
    this.name = name
  }

  /** @param isCurrent an entry that is out of date counts as absent */
  get(key: Key, isCurrent?: (value: Value) => boolean): Value | undefined {
    const value = this.#entries.get(key)
    if (value === undefined || (isCurrent && !isCurrent(value))) {
      this.#misses++
      return undefined
    }
    this.#hits++
    this.#entries.delete(key)
    this.#entries.set(key, value)
    return value
  }

  /** Reads an entry without counting the access or marking it as used. */
  peek(key: Key): Value | undefined {
    return this.#entries.get(key)
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size > this.#capacity) this.#entries.delete(this.#entries.keys().next().value!)
  }

  delete(key: Key): void {
    this.#entries.delete(key)
  }

  figures(): Omit<CacheFigures, 'name'> {
    return { hits: this.#hits, misses: this.#misses, entries: this.#entries.size }
  }
}
