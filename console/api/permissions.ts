import { useIsFetching } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import { currentSession, isRoot, useSession } from '../session/session.ts'
import { poolhouse } from './call.ts'
import { queryClient, usePoolhouse } from './queries.ts'

/** The pool that the page is about. */
export const PoolContext = createContext<string | undefined>(undefined)

/** The actions that are asked about so far, by pool; asked in one call for each page. */
export function usePermissions(
  actions: readonly string[],
  poolId: string | undefined,
): { may: (action: string) => boolean; isKnown: boolean } {
  const root = isRoot(useSession())
  const asked = [...new Set(actions)].sort()
  const isAsked = !root && asked.length > 0
  const { data, isPending } = usePoolhouse(
    'ListAllowedActions',
    { Actions: asked, ...(poolId !== undefined && { UserPoolId: poolId }) },
    { enabled: isAsked, staleTime: 60_000 },
  )
  const allowed = new Set(data?.AllowedActions)
  return { may: (action) => root || allowed.has(action), isKnown: !isAsked || !isPending }
}

/** Whether the answer to any question about the role's actions is still to come. */
export const usePermissionsPending = (): boolean =>
  useIsFetching({ queryKey: ['ListAllowedActions'], predicate: ({ state }) => state.status === 'pending' }) > 0

export const useAllowed = (actions: readonly string[], poolId: string | undefined): ((action: string) => boolean) =>
  usePermissions(actions, poolId).may

/** The same outside of components. @throws ApiError */
export async function isAllowed(action: string, UserPoolId: string): Promise<boolean> {
  if (isRoot(currentSession())) return true
  const input = { Actions: [action], UserPoolId }
  const { AllowedActions } = await queryClient.fetchQuery({
    queryKey: ['ListAllowedActions', input],
    queryFn: () => poolhouse('ListAllowedActions', input),
    staleTime: 60_000,
  })
  return AllowedActions.includes(action)
}

/**
 * Which of these actions the role may do in the page's pool: `const may = useMay('cognito-idp:AdminDeleteUser')`. What it may
 * not do is not offered; the server refuses it all the same.
 */
export function useMay(...actions: string[]): (action: string) => boolean {
  return useAllowed(actions, useContext(PoolContext))
}
