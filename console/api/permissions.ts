import { createContext, useContext } from 'react'
import { isRoot, useSession } from '../session/session.ts'
import { usePoolhouse } from './queries.ts'

/** The pool that the page is about. */
export const PoolContext = createContext<string | undefined>(undefined)

/** The actions that are asked about so far, by pool; asked in one call for each page. */
export function useAllowed(actions: readonly string[], poolId: string | undefined): (action: string) => boolean {
  const root = isRoot(useSession())
  const asked = [...new Set(actions)].sort()
  const { data } = usePoolhouse(
    'ListAllowedActions',
    { Actions: asked, ...(poolId !== undefined && { UserPoolId: poolId }) },
    { enabled: !root && asked.length > 0, staleTime: 60_000 },
  )
  const allowed = new Set(data?.AllowedActions)
  return (action) => root || allowed.has(action)
}

/**
 * Which of these actions the role may do in the page's pool: `const may = useMay('cognito-idp:AdminDeleteUser')`. What it may
 * not do is not offered; the server refuses it all the same.
 */
export function useMay(...actions: string[]): (action: string) => boolean {
  return useAllowed(actions, useContext(PoolContext))
}
