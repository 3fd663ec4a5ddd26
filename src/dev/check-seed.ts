import { unknownName } from '../lib/known-names.ts'
import { findUnknownMember } from '../lib/unknown-member.ts'
import { shapeNamed } from '../model/model.ts'
import type { Seed, SeedClient, SeedPool } from './seed.ts'

/**
 * The first unknown name in a seed, with its path and the name that was probably meant. The whole seed is checked
 * before any of it is applied.
 */
export function findSeedTypo(seed: Seed): string | undefined {
  const unknown = unknownName(seed, ['pools'])
  if (unknown) return `the seed: ${unknown}`
  return firstOf(seed.pools, (pool) => within(`pool ${pool.Id}`, poolTypo(pool)))
}

const ownPoolMembers = [
  'Id',
  'Extensions',
  'Domain',
  'ResourceServers',
  'IdentityProviders',
  'Groups',
  'Clients',
  'Users',
]
/** Of SetUserPoolMfaConfig. */
const factorMembers = [
  'SmsMfaConfiguration',
  'SoftwareTokenMfaConfiguration',
  'EmailMfaConfiguration',
  'WebAuthnConfiguration',
]
const ownClientMembers = ['Branding', 'ClientId', 'Extensions']
const userMembers = ['Username', 'Password', 'UserAttributes', 'Groups']

function poolTypo(pool: SeedPool): string | undefined {
  const domain = typeof pool.Domain === 'string' ? undefined : pool.Domain
  const factors = Object.fromEntries(Object.entries(pool).filter(([name]) => factorMembers.includes(name)))
  return (
    entryTypo('CreateUserPoolRequest', pool, [...ownPoolMembers, ...factorMembers]) ??
    findUnknownMember('SetUserPoolMfaConfigRequest', factors) ??
    within('domain', domain && findUnknownMember('CreateUserPoolDomainRequest', domain)) ??
    firstOf(pool.ResourceServers, (server) =>
      within(`resource server ${server.Identifier}`, findUnknownMember('CreateResourceServerRequest', server)),
    ) ??
    firstOf(pool.IdentityProviders, (provider) =>
      within(
        `identity provider ${provider.ProviderName}`,
        findUnknownMember('CreateIdentityProviderRequest', provider),
      ),
    ) ??
    firstOf(pool.Groups, (group) =>
      within(`group ${group.GroupName}`, findUnknownMember('CreateGroupRequest', group)),
    ) ??
    firstOf(pool.Clients, (client) => within(`client ${client.ClientId}`, clientTypo(client))) ??
    firstOf(pool.Users, (user) => within(`user ${user.Username}`, unknownName(user, userMembers)))
  )
}

function clientTypo(client: SeedClient): string | undefined {
  const { Branding } = client
  return (
    entryTypo('CreateUserPoolClientRequest', client, ownClientMembers) ??
    within('branding', Branding && findUnknownMember('CreateManagedLoginBrandingRequest', Branding))
  )
}

/** Members of an operation's input, and those that a seed adds. */
function entryTypo(inputShape: string, entry: object, own: readonly string[]): string | undefined {
  const shape = shapeNamed(inputShape)
  const members = shape.type === 'structure' ? Object.keys(shape.members) : []
  const unknown = unknownName(entry, [...own, ...members])
  if (unknown) return unknown
  const input = Object.fromEntries(Object.entries(entry).filter(([name]) => !own.includes(name)))
  return findUnknownMember(inputShape, input)
}

function firstOf<Item>(items: readonly Item[] | undefined, find: (item: Item) => string | undefined) {
  for (const item of items ?? []) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

const within = (place: string, typo: string | undefined) => (typo === undefined ? undefined : `${place}, ${typo}`)
