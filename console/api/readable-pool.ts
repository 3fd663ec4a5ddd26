import type { PoolType } from './merge.ts'
import { usePermissions } from './permissions.ts'
import { useCognito } from './queries.ts'

const readAction = 'cognito-idp:DescribeUserPool'

interface ReadablePool {
  /** Undefined for a role that can't read it. */
  pool: PoolType | undefined
  /** Nothing more is to come. */
  isKnown: boolean
}

/** The pool, for what is shown with it and without it: a role that can't read it does not ask. */
export function useReadablePool(poolId: string | undefined): ReadablePool {
  const { may, isKnown } = usePermissions(poolId === undefined ? [] : [readAction], poolId)
  const mayRead = poolId !== undefined && may(readAction)
  const { data, isPending } = useCognito('DescribeUserPool', { UserPoolId: poolId ?? '' }, { enabled: mayRead })
  return { pool: data?.UserPool, isKnown: isKnown && !(mayRead && isPending) }
}

/** What people call the pool; its id for a role that can't read its name. */
export const usePoolName = (poolId: string | undefined): string | undefined =>
  useReadablePool(poolId).pool?.Name ?? poolId
