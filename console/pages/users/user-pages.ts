import { cognito, poolhouse } from '../../api/call.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import type { PageOf } from '../../ui/use-paged.ts'

export type User = NonNullable<CognitoOutput<'ListUsers'>['Users']>[number]

const pageSize = 25

export async function pageByFilter(
  search: { UserPoolId: string; Filter: string | undefined },
  PaginationToken: string | undefined,
): Promise<PageOf<User>> {
  const { Users = [], PaginationToken: next } = await cognito('ListUsers', {
    ...search,
    Limit: pageSize,
    PaginationToken,
  })
  return { items: Users, next }
}

/** Asks on while nobody was found among the users that a call looks at. */
export async function pageByAttribute(
  search: { UserPoolId: string; AttributeName: string; Contains: string },
  token: string | undefined,
): Promise<PageOf<User>> {
  const items: User[] = []
  let next = token
  do {
    const MaxResults = pageSize - items.length
    const found = await poolhouse('ListUsersByAttribute', { ...search, MaxResults, NextToken: next })
    items.push(...(found.Users as User[]))
    next = found.NextToken
  } while (next !== undefined && items.length < pageSize)
  return { items, next }
}
