/** Where an address is, by a MaxMind database of the operator's own. */
export interface Place {
  city?: string
  country?: string
}

interface Reader {
  get(address: string): { city?: Names; country?: Names } | null
}

interface Names {
  names?: { en?: string }
}

const readers = new Map<string, Promise<Reader>>()

/** Nothing where no database is given, or it does not know. */
export async function placeOf(database: string | undefined, address: string | undefined): Promise<Place> {
  if (!database || !address) return {}
  let reader = readers.get(database)
  if (!reader) {
    reader = import('maxmind').then(({ open }) => open(database)) as Promise<Reader>
    readers.set(database, reader)
  }
  try {
    const found = (await reader).get(address)
    return { city: found?.city?.names?.en, country: found?.country?.names?.en }
  } catch {
    readers.delete(database)
    return {}
  }
}
