import type { Context } from '../../context.ts'
import { InvalidLambdaResponse } from '../../model/errors.ts'
import type { Client } from '../clients/client.ts'
import type { Pool } from '../pools/pool.ts'
import type { User } from '../users/user.ts'
import { callTrigger } from './call-trigger.ts'
import { type ClientMetadata, eventAttributes, triggerEvent } from './event.ts'
import { listIn, recordIn, textIn, textsIn } from './response.ts'

export interface GroupClaims {
  groups: string[]
  roles: string[]
  preferredRole: string | null
}

/** Changes to the claims of one token. */
export interface ClaimChanges {
  add: Record<string, unknown>
  suppress: string[]
}

/** A trigger's changes to tokens that are about to be signed. */
export interface TokenChanges {
  id?: ClaimChanges
  access?: ClaimChanges & { scopesToAdd: string[]; scopesToSuppress: string[] }
  /** Replaces the user's own groups. */
  groups?: GroupClaims
}

export interface UserTokens {
  /** `TokenGeneration_*` */
  source: string
  pool: Pool
  client: Client
  user: User
  groups: GroupClaims
  scopes: string[]
  clientMetadata?: ClientMetadata
}

export async function preTokenGeneration(ctx: Context, tokens: UserTokens): Promise<TokenChanges | undefined> {
  const { source, pool, client, user, groups, scopes, clientMetadata } = tokens
  const version = versionOf(pool)
  const response = await callTrigger(ctx, pool, 'PreTokenGeneration', () =>
    triggerEvent(
      ctx,
      pool,
      { source, version, userName: user.username, clientId: client.id },
      {
        userAttributes: eventAttributes(pool, user),
        groupConfiguration: {
          groupsToOverride: groups.groups,
          iamRolesToOverride: groups.roles,
          preferredRole: groups.preferredRole,
        },
        scopes: version === '1' ? undefined : scopes,
        clientMetadata,
      },
      version === '1' ? { claimsOverrideDetails: null } : { claimsAndScopeOverrideDetails: null },
    ),
  )
  return response && changesIn(version, response)
}

/** The same for a client's own token, for triggers of the third version only. */
export async function preClientTokenGeneration(
  ctx: Context,
  { pool, client, scopes, clientMetadata }: Omit<UserTokens, 'source' | 'user' | 'groups'>,
): Promise<TokenChanges | undefined> {
  const version = versionOf(pool)
  if (version !== '3') return undefined
  const source = 'TokenGeneration_ClientCredentials'
  const response = await callTrigger(ctx, pool, 'PreTokenGeneration', () =>
    triggerEvent(
      ctx,
      pool,
      { source, version, userName: 'ClientCredentials', clientId: client.id },
      { userAttributes: {}, groupConfiguration: null, scopes, clientMetadata },
      { claimsAndScopeOverrideDetails: null },
    ),
  )
  return response && changesIn(version, response)
}

const versions = { V1_0: '1', V2_0: '2', V3_0: '3' } as const

const versionOf = ({ settings }: Pool): '1' | '2' | '3' =>
  versions[settings.LambdaConfig?.PreTokenGenerationConfig?.LambdaVersion ?? 'V1_0']

function changesIn(version: '1' | '2' | '3', response: Record<string, unknown>): TokenChanges {
  if (version === '1') {
    const details = recordIn(response.claimsOverrideDetails)
    if (!details) return {}
    // Values of the first version are strings.
    const add = textsIn(details.claimsToAddOrOverride) ?? {}
    return { id: { add, suppress: listIn(details.claimsToSuppress) ?? [] }, groups: groupsIn(details) }
  }
  const details = recordIn(emptyListAsNothing(response.claimsAndScopeOverrideDetails))
  if (!details) return {}
  const access = recordIn(details.accessTokenGeneration)
  const changes: TokenChanges = {
    id: claimsIn(recordIn(details.idTokenGeneration)),
    access: {
      ...claimsIn(access),
      scopesToAdd: listIn(access?.scopesToAdd) ?? [],
      scopesToSuppress: listIn(access?.scopesToSuppress) ?? [],
    },
    groups: groupsIn(details),
  }
  refuseTooMany(changes)
  return changes
}

function claimsIn(details: Record<string, unknown> | undefined): ClaimChanges {
  return {
    add: recordIn(details?.claimsToAddOrOverride) ?? {},
    suppress: listIn(details?.claimsToSuppress) ?? [],
  }
}

/** Absent: the groups stay. Null or empty: they are removed. */
function groupsIn(details: Record<string, unknown>): GroupClaims | undefined {
  if (details.groupOverrideDetails === undefined) return undefined
  const input = recordIn(details.groupOverrideDetails)
  return {
    groups: listIn(input?.groupsToOverride) ?? [],
    roles: listIn(input?.iamRolesToOverride) ?? [],
    preferredRole: textIn(input?.preferredRole) ?? null,
  }
}

// As the events of the guide have it where nothing is changed.
const emptyListAsNothing = (value: unknown): unknown => (Array.isArray(value) && value.length === 0 ? null : value)

const maxChanges = 5000

function refuseTooMany({ id, access }: TokenChanges): void {
  const counts = [id?.add, id?.suppress, access?.add, access?.suppress, access?.scopesToAdd, access?.scopesToSuppress]
  const total = counts.reduce((sum, items) => sum + (items ? Object.keys(items).length : 0), 0)
  if (total > maxChanges) throw new InvalidLambdaResponse(`More than ${maxChanges} claims and scopes were changed.`)
}
