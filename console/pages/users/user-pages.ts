import { isTransient } from '../../api/api-error.ts'
import { cognito, poolhouse } from '../../api/call.ts'
import { retry } from '../../api/retry.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import type { PageOf } from '../../ui/use-paged.ts'

export type User = NonNullable<CognitoOutput<'ListUsers'>['Users']>[number]

interface ByFilter {
  UserPoolId: string
  Filter: string | undefined
}

interface ByAttribute {
  UserPoolId: string
  AttributeName: string
  Contains: string
}

export type UserSearch = ByFilter | ByAttribute

const pageSize = 25
/** Of the API. */
const maxPageSize = 60

export const pageOfUsers = (search: UserSearch, token: string | undefined, size = pageSize): Promise<PageOf<User>> =>
  'Contains' in search ? pageByAttribute(search, token, size) : pageByFilter(search, token, size)

async function pageByFilter(search: ByFilter, PaginationToken: string | undefined, Limit: number) {
  const { Users = [], PaginationToken: next } = await cognito('ListUsers', { ...search, Limit, PaginationToken })
  return { items: Users, next }
}

/** Asks on while nobody was found among the users that a call looks at. */
async function pageByAttribute(search: ByAttribute, token: string | undefined, size: number) {
  const items: User[] = []
  let next = token
  do {
    const MaxResults = size - items.length
    const found = await poolhouse('ListUsersByAttribute', { ...search, MaxResults, NextToken: next })
    items.push(...(found.Users as User[]))
    next = found.NextToken
  } while (next !== undefined && items.length < size)
  return { items, next }
}

/** All that a search finds, a page at a time. @throws ApiError */
export async function* pagesOfUsers(search: UserSearch): AsyncGenerator<User[]> {
  let token: string | undefined
  do {
    const page = await retry(() => pageOfUsers(search, token, maxPageSize), isTransient)
    yield page.items
    token = page.next
  } while (token !== undefined)
}

/** The same one by one, without those who are newer, and nobody twice. @throws ApiError */
export async function* usersUntil(search: UserSearch, newest: number): AsyncGenerator<User> {
  // A list by an attribute is in its order: who is renamed meanwhile may come again. The others are in the order of ids.
  const seen = 'Filter' in search && search.Filter !== undefined ? new Set<string>() : undefined
  for await (const page of pagesOfUsers(search))
    for (const user of page) {
      if ((user.UserCreateDate ?? 0) > newest || seen?.has(user.Username!)) continue
      seen?.add(user.Username!)
      yield user
    }
}
