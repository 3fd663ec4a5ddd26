import type { ResourceServerScopeType, ResourceServerType } from '@aws-sdk/client-cognito-identity-provider'
import { InvalidParameter, ResourceNotFound } from '../../model/errors.ts'
import type { ResourceServerScope } from '../../model/settings.ts'
import { isManaged } from './managed.ts'
import type { ResourceServer } from './resource-server-store.ts'

export const resourceServerNotFound = (identifier: string) =>
  new ResourceNotFound(`Resource server ${identifier} does not exist.`)

export function resourceServerView(poolId: string, { identifier, name, scopes }: ResourceServer): ResourceServerType {
  return {
    UserPoolId: poolId,
    Identifier: identifier,
    Name: name,
    Scopes: scopes.length > 0 ? scopes : undefined,
    ManagedBy: isManaged(identifier) ? 'COGNITO' : undefined,
  }
}

/** @throws InvalidParameterException where two scopes have one name */
export function scopesOf(input: ResourceServerScopeType[] = []): ResourceServerScope[] {
  const scopes = input.map(({ ScopeName, ScopeDescription }) => ({
    ScopeName: ScopeName!,
    ScopeDescription: ScopeDescription!,
  }))
  if (new Set(scopes.map(({ ScopeName }) => ScopeName)).size < scopes.length)
    throw new InvalidParameter('Scope names must be unique within a resource server.')
  return scopes
}
