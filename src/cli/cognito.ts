import { callOperation } from '../admin/call.ts'
import type { Operations } from '../model/operations.ts'
import { caller } from './caller.ts'
import { everyPage } from './form.ts'
import { StartError } from './run.ts'

type Name = keyof Operations

/** Calls an operation of the public API as the user who runs the command. */
export type Cognito = <N extends Name>(name: N, input: Operations[N]['input']) => Promise<Operations[N]['output']>

export async function cognito(): Promise<Cognito> {
  const endpoint = await caller()
  return async (name, input) =>
    (await callOperation(endpoint, 'AWSCognitoIdentityProviderService', name, input)) as never
}

/**
 * The id of the pool that --pool names by id or name; without --pool, the only pool there is. @throws StartError if
 * this does not identify exactly one pool
 */
export async function poolIdOf(call: Cognito, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined && /^[\w-]+_[0-9a-zA-Z]+$/.test(wanted)) return wanted
  const pools = await everyPool(call)
  const found = wanted === undefined ? pools : pools.filter(({ Name }) => Name === wanted)
  if (found.length === 1) return found[0]!.Id!
  const choice = (found.length > 0 ? found : pools).map(({ Id, Name }) => `  ${Id}  ${Name}`).join('\n')
  if (wanted === undefined)
    throw new StartError(pools.length === 0 ? 'There is no pool.' : `Say which, by --pool:\n${choice}`)
  const problem = found.length === 0 ? 'There is no pool' : 'There are several pools'
  throw new StartError(`${problem} of the name ${wanted}.${choice && `\n${choice}`}`)
}

export const everyPool = (call: Cognito) =>
  everyPage<'UserPools', { Id?: string; Name?: string; CreationDate?: Date }>(async (page) => {
    const { UserPools = [], NextToken } = await call('ListUserPools', { MaxResults: 60, ...page })
    return { UserPools, NextToken }
  }, 'UserPools')

/** Attributes as columns: `{ email: 'ann@example.com' }`. */
export const attributesOf = (list: { Name?: string; Value?: string }[] = []): Record<string, string | undefined> =>
  Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]))
