import { InvalidParameter } from '../../model/errors.ts'
import { registrationRules, registrationScope } from '../pools/client-registration.ts'
import type { Pool } from '../pools/pool.ts'
import { scopesOfStreams } from '../pools/stream-scopes.ts'
import type { ResourceServer } from './resource-server-store.ts'

/** The built-in resource server for registering clients; present while clients may register. */
const registration: ResourceServer = {
  identifier: registrationScope.slice(0, registrationScope.lastIndexOf('/')),
  name: 'Dynamic client registration',
  scopes: [{ ScopeName: 'register', ScopeDescription: 'Register app clients' }],
}

/** Built-in resource servers, which come with features of the pool. */
export function managedServers(pool: Pool): ResourceServer[] {
  return registrationRules(pool) ? [registration] : []
}

export function managedScopes(pool: Pool): string[] {
  const ofServers = managedServers(pool).flatMap(({ identifier, scopes }) =>
    scopes.map(({ ScopeName }) => `${identifier}/${ScopeName}`),
  )
  return [...ofServers, ...scopesOfStreams(pool)]
}

const reserved = /^aws\.cognito(\/|$)/

export const isManaged = (identifier: string): boolean => reserved.test(identifier)

/** A custom scope must not look like a built-in one. @throws InvalidParameterException */
export function refuseManaged(identifier: string): void {
  if (isManaged(identifier)) throw new InvalidParameter(`The identifier ${identifier} is reserved.`)
}
