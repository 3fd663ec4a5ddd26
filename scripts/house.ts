/**
 * Counts imports that violate the layering: `node scripts/house.ts`. The house test requires both figures to be 0. Type
 * imports count as well.
 */
import { glob, readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'

/**
 * The folders of src/pool, lowest layer first. A folder imports only folders earlier in this list, so what two of them
 * share goes into one that both can import.
 */
export const storeys: Record<string, string[]> = {
  values: [
    'handler.ts',
    'factors',
    'pools',
    'tags',
    'domains',
    'resource-servers',
    'identity-providers',
    'clients',
    'attributes',
    'branding',
    'provisioned-limits',
  ],
  people: ['users', 'groups'],
  'counts of guesses and uses': ['attempts', 'quotas'],
  'messages and triggers': ['messages', 'triggers'],
  // Below the credentials: calls that set up one's own credentials come with a token.
  'sessions and tokens': ['notices', 'sessions', 'tokens'],
  credentials: ['passwords', 'codes', 'mfa', 'devices', 'passkeys'],
  'records and threat protection': ['log-delivery', 'threat-protection'],
  flows: ['accounts', 'sign-in', 'sign-up', 'account-recovery', 'profile', 'federation', 'import'],
  'operations that orchestrate': [
    'replicas',
    'pool-administration',
    'handlers.ts',
    'services.ts',
    'call-operation.ts',
    'call-user-pools.ts',
  ],
}

export interface Import {
  from: string
  to: string
  isType: boolean
}

const importPattern = /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s+'([^']+)'|import\('([^']+)'\)/g

/** Every import of one of our files by another. */
export async function importsWithin(pattern: string): Promise<Import[]> {
  const imports: Import[] = []
  for await (const from of glob(pattern)) {
    for (const [, type, named, dynamic] of (await readFile(from, 'utf8')).matchAll(importPattern)) {
      const specifier = named ?? dynamic!
      if (specifier.startsWith('.'))
        imports.push({ from, to: normalize(join(dirname(from), specifier)), isType: type !== undefined })
    }
  }
  return imports
}

const roomOf = (file: string): string => file.split('/')[2]!
const isInPool = (file: string): boolean => file.startsWith('src/pool/')

/** The imports between folders of src/pool. */
export async function importsBetweenRooms(): Promise<Import[]> {
  const imports = await importsWithin('src/pool/**/*.ts')
  return imports.filter(({ from, to }) => isInPool(to) && roomOf(from) !== roomOf(to))
}

/** The imports from a folder to a higher one. */
export function againstTheOrder(imports: Import[]): Import[] {
  const order = Object.values(storeys).flat()
  const place = (file: string) => order.indexOf(roomOf(file))
  return imports.filter(({ from, to }) => place(from) < place(to))
}

/** Groups of names that import each other in a circle: `key` maps a file to a name. */
export function circles(imports: Import[], key: (file: string) => string = roomOf): string[][] {
  const targets = Map.groupBy(imports, ({ from }) => key(from))
  const reachable = (start: string) => {
    const reached = new Set<string>()
    const left = [start]
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      for (const { to } of targets.get(name) ?? []) {
        if (reached.has(key(to))) continue
        reached.add(key(to))
        left.push(key(to))
      }
    }
    return reached
  }
  const reach = new Map([...targets.keys()].map((name) => [name, reachable(name)]))
  const inCircles = [...reach.keys()].filter((name) => reach.get(name)!.has(name))
  const circleOf = (name: string) =>
    inCircles.filter((other) => reach.get(name)!.has(other) && reach.get(other)!.has(name))
  return [...new Set(inCircles.map((name) => circleOf(name).sort().join(' ')))].map((names) => names.split(' '))
}

if (import.meta.main) {
  const imports = await importsBetweenRooms()
  const atRunTime = imports.filter(({ isType }) => !isType)
  const report = (what: string, counted: Import[]) => {
    const found = circles(counted)
    console.log(
      `${what}: ${counted.length} imports between rooms, ${againstTheOrder(counted).length} against the order,`,
    )
    console.log(`  ${found.flat().length} rooms in a circle ${found.map((names) => `(${names.join(' ')})`).join(' ')}`)
  }
  report('at run time', atRunTime)
  report('with types', imports)
}
