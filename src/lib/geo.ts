/** Locates an address with a MaxMind database provided by the operator. */
export interface Place {
  city?: string
  country?: string
}

export interface Coordinates {
  latitude: number
  longitude: number
}

interface Found {
  city?: Names
  country?: Names
  location?: Partial<Coordinates>
}

interface Names {
  names?: { en?: string }
}

interface Reader {
  get(address: string): Found | null
}

const readers = new Map<string, Promise<Reader>>()

/** Undefined if no database is configured or it doesn't know the address. */
export async function placeOf(database: string | undefined, address: string | undefined): Promise<Place> {
  const found = await lookUp(database, address)
  return { city: found?.city?.names?.en, country: found?.country?.names?.en }
}

export async function coordinatesOf(
  database: string | undefined,
  address: string | undefined,
): Promise<Coordinates | undefined> {
  const { latitude, longitude } = (await lookUp(database, address))?.location ?? {}
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude }
}

async function lookUp(database: string | undefined, address: string | undefined): Promise<Found | null> {
  if (!database || !address) return null
  let reader = readers.get(database)
  if (!reader) {
    reader = import('maxmind').then(({ open }) => open(database)) as Promise<Reader>
    readers.set(database, reader)
  }
  try {
    return (await reader).get(address)
  } catch {
    readers.delete(database)
    return null
  }
}

const earthRadius = 6371

/** Great-circle distance in kilometres. */
export function distance(one: Coordinates, other: Coordinates): number {
  const [from, to] = [radians(one.latitude), radians(other.latitude)]
  const half = (angle: number) => Math.sin(angle / 2) ** 2
  const turned = half(to - from) + Math.cos(from) * Math.cos(to) * half(radians(other.longitude - one.longitude))
  return 2 * earthRadius * Math.asin(Math.sqrt(turned))
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180
