/** Lists that the API gives page by page, each with a token for the next. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { queryClient } from '../api/queries.ts'
import { useQueryParams } from '../shell/router.tsx'

export interface PageOf<Item> {
  items: Item[]
  next: string | undefined
}

export interface Paged<Item> {
  items: Item[]
  /** From 1. */
  page: number
  hasNext: boolean
  isLoading: boolean
  /** The page that is shown is still the one before. */
  isChanging: boolean
  error: unknown
  goTo(page: number): void
  /** What is searched for, where the list can be. */
  search?: { text: string; set(text: string): void }
  /** Reads the page after this one ahead, for who is about to turn to it. */
  prepareNext(): void
  reload(): Promise<unknown>
}

/**
 * The page that the address names (`?page=3`), so that it can be linked to and is there again after a detour. Who comes to a
 * later page directly has the pages before it read first, for their tokens. `key` is the operation and what it is asked with.
 */
export function usePaged<Item>(
  key: readonly [operation: string, ...parts: unknown[]],
  read: (token: string | undefined) => Promise<PageOf<Item>>,
  options: {
    param?: string
    enabled?: boolean
    /** What the search looks in, which `?q=` names; the API can't search such a list, so that all of it is read. */
    textOf?: (item: Item) => string
  } = {},
): Paged<Item> {
  const { param = 'page', textOf } = options
  const [query, setQuery] = useQueryParams()
  const text = (textOf && query.q) ?? ''
  const wanted = text.trim().toLowerCase()
  if (textOf && wanted !== '') {
    const all = read
    read = (token) => readMatches(all, (item) => textOf(item).toLowerCase().includes(wanted), token)
    key = [...key, 'search', wanted]
  }
  const page = Math.max(1, Number.parseInt(query[param] ?? '1', 10) || 1)
  const found = useQuery({
    queryKey: [...key, 'page', page],
    queryFn: () => readPage(key, read, page),
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
  })
  return {
    items: found.data?.items ?? [],
    page,
    hasNext: found.data?.next !== undefined,
    isLoading: found.isPending,
    isChanging: found.isPlaceholderData,
    error: found.error,
    ...(textOf && { search: { text, set: (q: string) => setQuery({ q, [param]: undefined }) } }),
    goTo: (next) => setQuery({ [param]: next === 1 ? undefined : String(next) }),
    prepareNext: () => {
      if (found.isPlaceholderData || found.data?.next === undefined) return
      void queryClient.prefetchQuery({
        queryKey: [...key, 'page', page + 1],
        queryFn: () => readPage(key, read, page + 1),
      })
    },
    reload: () => queryClient.invalidateQueries({ queryKey: [key[0]] }),
  }
}

async function readPage<Item>(
  key: readonly unknown[],
  read: (token: string | undefined) => Promise<PageOf<Item>>,
  page: number,
): Promise<PageOf<Item>> {
  if (page === 1) return read(undefined)
  const before = await queryClient.ensureQueryData({
    queryKey: [...key, 'page', page - 1],
    queryFn: () => readPage(key, read, page - 1),
  })
  return before.next === undefined ? { items: [], next: undefined } : read(before.next)
}

const minMatches = 25

/** Pages of the API until there are enough matches for a page of the table. */
async function readMatches<Item>(
  read: (token: string | undefined) => Promise<PageOf<Item>>,
  isMatch: (item: Item) => boolean,
  token: string | undefined,
): Promise<PageOf<Item>> {
  const items: Item[] = []
  let next = token
  do {
    const page = await read(next)
    items.push(...page.items.filter(isMatch))
    next = page.next
  } while (next !== undefined && items.length < minMatches)
  return { items, next }
}
