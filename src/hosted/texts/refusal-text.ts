import { en, type TextKey } from './en.ts'
import type { Translate } from './texts.ts'

const keys = new Map<string, TextKey>(
  Object.entries(en).flatMap(([key, text]) =>
    (key.startsWith('refusal.') || key === 'problem.request') && typeof text === 'string'
      ? [[text, key as TextKey] as const]
      : [],
  ),
)

/** What the service says, in the language of the page. What it doesn't say of itself, such as a trigger's own words, stays. */
export function refusalText(t: Translate, message: string): string {
  const key = keys.get(message)
  if (key) return t(key)
  const [, rule] = /^Password d(?:id|oes) not conform (?:to|with) (?:password )?policy: (.+)$/.exec(message) ?? []
  const ruleKey = rule && keys.get(rule)
  return !ruleKey || t(ruleKey) === rule ? message : t(ruleKey)
}
