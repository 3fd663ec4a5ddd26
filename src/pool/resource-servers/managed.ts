import { InvalidParameter } from '../../model/errors.ts'
import { registrationRules, registrationScope } from '../pools/client-registration.ts'
import type { Pool } from '../pools/pool.ts'
import type { ResourceServer } from './resource-server-store.ts'

/** The server of a pool's own that guards the registration of clients; there while clients may register. */
const registration: ResourceServer = {
  identifier: registrationScope.slice(0, registrationScope.lastIndexOf('/')),
  name: 'Dynamic client registration',
  scopes: [{ ScopeName: 'register', ScopeDescription: 'Register app clients' }],
}

/** Resource servers that nobody has made: they are part of what the pool offers. */
export function managedServers(pool: Pool): ResourceServer[] {
  return registrationRules(pool) ? [registration] : []
}

export function managedScopes(pool: Pool): string[] {
  return managedServers(pool).flatMap(({ identifier, scopes }) =>
    scopes.map(({ ScopeName }) => `${identifier}/${ScopeName}`),
  )
}

const reserved = /^aws\.cognito(\/|$)/

export const isManaged = (identifier: string): boolean => reserved.test(identifier)

/** No scope of anybody's making may pass for one of these. @throws InvalidParameterException */
export function refuseManaged(identifier: string): void {
  if (isManaged(identifier)) throw new InvalidParameter(`The identifier ${identifier} is reserved.`)
}
