/** The keys that a condition may name. Their names, tags included, are alike in upper and lower case. */

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

/** Undefined for a key that there is not. */
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

/** What a request says of each key, by its name in lower case. */
export type ConditionValues = ReadonlyMap<string, readonly string[]>

/** Tags as values of their keys. Of two that differ in case alone, neither counts. */
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
