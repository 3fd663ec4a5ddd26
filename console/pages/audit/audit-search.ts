/** What is typed in the search of the audit, as the members of LookupEvents. */
import type { PoolhouseInput } from '../../api/wire.ts'

type Filter = Pick<PoolhouseInput<'LookupEvents'>, 'EventName' | 'Principal' | 'UserSub' | 'ErrorCode' | 'StartTime'>

export const members = {
  operation: 'EventName',
  principal: 'Principal',
  user: 'UserSub',
  error: 'ErrorCode',
} as const satisfies Record<string, keyof Filter>

export type By = keyof typeof members

const hour = 3600

/** In seconds. */
export const spans = { hour, day: 24 * hour, week: 7 * 24 * hour, month: 30 * 24 * hour } as const

export type Span = keyof typeof spans

/** The start of a span is the same for a minute, so that its pages belong together. */
export function filterOf(text: string, by: By, span: Span | undefined, now: number): Filter {
  const wanted = text.trim()
  return {
    ...(wanted !== '' && { [members[by]]: wanted }),
    ...(span && { StartTime: Math.floor(now / 60_000) * 60 - spans[span] }),
  }
}
