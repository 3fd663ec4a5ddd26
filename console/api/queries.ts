import { QueryClient, type UseQueryOptions, useQuery } from '@tanstack/react-query'
import { isTransient } from './api-error.ts'
import { cognito, poolhouse } from './call.ts'
import type {
  CognitoInput,
  CognitoName,
  CognitoOutput,
  PoolhouseInput,
  PoolhouseName,
  PoolhouseOutput,
} from './wire.ts'

/** What has been read, by operation and input: `['DescribeUserPool', { UserPoolId }]`. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      gcTime: 10 * 60_000,
      retry: (failures, error) => failures < 2 && isTransient(error),
      retryDelay: (failures) => 300 * 2 ** failures,
    },
  },
})

type Options<Output> = Pick<UseQueryOptions<Output>, 'enabled' | 'refetchInterval' | 'placeholderData' | 'staleTime'>

/** Reads by an operation of the user pools' API, from memory where it was read a moment ago. */
export function useCognito<Name extends CognitoName>(
  name: Name,
  input: CognitoInput<Name>,
  options: Options<CognitoOutput<Name>> = {},
) {
  return useQuery<CognitoOutput<Name>>({ queryKey: [name, input], queryFn: () => cognito(name, input), ...options })
}

export function usePoolhouse<Name extends PoolhouseName>(
  name: Name,
  input: PoolhouseInput<Name>,
  options: Options<PoolhouseOutput<Name>> = {},
) {
  return useQuery<PoolhouseOutput<Name>>({ queryKey: [name, input], queryFn: () => poolhouse(name, input), ...options })
}

/** After a change: what was read by these operations is read again where it is shown, and shown once this is done. */
export async function refresh(...names: (CognitoName | PoolhouseName)[]): Promise<void> {
  await Promise.all(names.map((name) => queryClient.invalidateQueries({ queryKey: [name] })))
  // Components learn of it with the next turn of the event loop.
  await new Promise((resolve) => setTimeout(resolve))
}
