/** The keys that a condition may name. Keys and tag names are case-insensitive. */

export interface ConditionKey {
  /** In lower case, without the name of a tag. */
  name: string
  isMultivalued: boolean
}

const single = (name: string): [string, ConditionKey] => [
  name.toLowerCase(),
  { name: name.toLowerCase(), isMultivalued: false },
]

const keys = new Map<string, ConditionKey>([
  single('aws:SourceIp'),
  single('aws:CurrentTime'),
  single('aws:EpochTime'),
  single('aws:MultiFactorAuthPresent'),
  single('aws:userid'),
  single('aws:PrincipalArn'),
  single('aws:RequestedRegion'),
  ['aws:tagkeys', { name: 'aws:tagkeys', isMultivalued: true }],
])

const tagged = ['aws:principaltag/', 'aws:resourcetag/', 'aws:requesttag/']

/** Undefined for an unknown key. */
export function conditionKey(text: string): ConditionKey | undefined {
  const name = text.toLowerCase()
  const known = keys.get(name)
  if (known) return known
  const isTag = tagged.some(
    (prefix) => name.startsWith(prefix) && name.length > prefix.length && name.length <= prefix.length + 128,
  )
  return isTag ? { name, isMultivalued: false } : undefined
}

/** A variable stands for one value. */
export const isVariable = (text: string): boolean => conditionKey(text)?.isMultivalued === false

/** The values of each key in a request, by lower-case key. */
export type ConditionValues = ReadonlyMap<string, readonly string[]>

/** Tags as values of their keys. If two tag names differ only in case, neither counts. */
export function tagValues(
  kind: 'principal' | 'resource' | 'request',
  tags: Readonly<Record<string, string>>,
): [string, string[]][] {
  const found = new Map<string, string[]>()
  for (const [tag, value] of Object.entries(tags)) {
    const name = `aws:${kind}tag/${tag.toLowerCase()}`
    found.set(name, [...(found.get(name) ?? []), value])
  }
  return [...found].filter(([, values]) => values.length === 1)
}
