import { readFile } from 'node:fs/promises'
import type * as sdk from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../context.ts'
import { fileProblem } from '../lib/file-problem.ts'
import { unknownName } from '../lib/known-names.ts'
import { OperatorError } from '../lib/operator-error.ts'
import { ServiceError } from '../model/errors.ts'
import type { ClientExtensions, UserPoolExtensions } from '../model/extensions.ts'
import { findClient } from '../pool/clients/client.ts'
import { findPool } from '../pool/pools/pool.ts'
import { findUser } from '../pool/users/user.ts'
import { call, callOwn } from './call.ts'
import { findSeedTypo } from './check-seed.ts'

/** The content of a seed file, under the wire names of the operations that create it. */
export interface Seed {
  pools: SeedPool[]
}

export interface SeedPool extends Omit<sdk.CreateUserPoolCommandInput, 'PoolName'>, SeedFactors {
  /** `REGION_` followed by letters or digits. */
  Id: string
  PoolName?: string
  /** Features beyond Cognito that are switched on: docs/standards.md. */
  Extensions?: UserPoolExtensions
  /** A prefix, or a prefix or custom domain with its settings. */
  Domain?: string | Omit<sdk.CreateUserPoolDomainCommandInput, 'UserPoolId'>
  ResourceServers?: Omit<sdk.CreateResourceServerCommandInput, 'UserPoolId'>[]
  IdentityProviders?: Omit<sdk.CreateIdentityProviderCommandInput, 'UserPoolId'>[]
  Groups?: Omit<sdk.CreateGroupCommandInput, 'UserPoolId'>[]
  Clients?: SeedClient[]
  Users?: SeedUser[]
}

/** The second factors and passkeys of a pool. */
type SeedFactors = Omit<sdk.SetUserPoolMfaConfigCommandInput, 'UserPoolId' | 'MfaConfiguration'>

export interface SeedClient extends Omit<sdk.CreateUserPoolClientCommandInput, 'UserPoolId' | 'ClientName'> {
  ClientId: string
  ClientName?: string
  Extensions?: ClientExtensions
  /** The client's managed login style. */
  Branding?: Omit<sdk.CreateManagedLoginBrandingCommandInput, 'UserPoolId' | 'ClientId'>
}

export interface SeedUser {
  Username: string
  /** Permanent. An existing user keeps the current password. */
  Password?: string
  UserAttributes?: Record<string, string>
  Groups?: string[]
}

/** What is wrong with a seed, and where. */
export class SeedError extends OperatorError {
  override name = 'SeedError'
}

/** @throws SeedError if the file cannot be read or is not JSON */
export async function readSeed(file: string): Promise<Seed> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Seed
  } catch (error) {
    throw new SeedError(fileProblem(file, error as Error))
  }
}

/**
 * Creates what the seed describes, or updates what exists to match it. Anything that the seed does not name is left
 * alone. Applying a seed a second time changes nothing. @throws SeedError naming the entry that was refused
 */
export async function applySeed(ctx: Context, seed: Seed): Promise<void> {
  if (!Array.isArray(seed?.pools)) {
    const unknown = unknownName(seed ?? {}, ['pools'])
    throw new SeedError(`A seed has a list "pools"${unknown ? `, and ${unknown}` : ''}`)
  }
  const typo = findSeedTypo(seed)
  if (typo) throw new SeedError(typo)
  for (const pool of seed.pools) await at(`pool ${pool.Id}`, () => applyPool(ctx, pool))
}

async function applyPool(ctx: Context, seed: SeedPool): Promise<void> {
  const { Id, PoolName, Extensions, Domain, ResourceServers, IdentityProviders, Groups, Clients, Users, ...rest } = seed
  const { factors, settings } = splitFactors(rest)
  if (!/^[\w-]+_[0-9a-zA-Z]{1,32}$/.test(Id ?? ''))
    throw new SeedError('an Id is a region, _ and letters or digits, such as us-east-1_shop00001')
  const UserPoolId = Id
  if (await findPool(ctx, Id)) {
    const { Schema, UsernameAttributes, AliasAttributes, UsernameConfiguration, ...changeable } = settings
    // An update resets what it does not name. Without any setting, the seed is about what is in the pool.
    if (PoolName !== undefined || Object.keys(changeable).length > 0)
      await call(ctx, 'UpdateUserPool', { ...changeable, UserPoolId, ...(PoolName && { PoolName }) })
  } else {
    const { MfaConfiguration = 'OFF', SmsConfiguration } = rest
    if (MfaConfiguration !== 'OFF' && !factors && !SmsConfiguration)
      throw new SeedError(
        `MfaConfiguration ${MfaConfiguration} needs a factor, such as "SoftwareTokenMfaConfiguration": { "Enabled": true }`,
      )
    await call(ctx, 'CreateUserPool', { ...settings, PoolName: PoolName ?? Id }, Id)
  }

  if (factors) await at('second factors', () => call(ctx, 'SetUserPoolMfaConfig', { UserPoolId, ...factors }))
  if (Extensions) await at('extensions', () => callOwn(ctx, 'PutUserPoolExtensions', { UserPoolId, Extensions }))
  if (Domain) await at('domain', () => applyDomain(ctx, UserPoolId, Domain))
  await applyEach(
    ResourceServers,
    ({ Identifier }) => `resource server ${Identifier}`,
    (server) =>
      createOrUpdate(
        () => call(ctx, 'UpdateResourceServer', { ...server, UserPoolId }),
        () => call(ctx, 'CreateResourceServer', { ...server, UserPoolId }),
      ),
  )
  await applyEach(
    IdentityProviders,
    ({ ProviderName }) => `identity provider ${ProviderName}`,
    ({ ProviderType, ...provider }) =>
      createOrUpdate(
        () => call(ctx, 'UpdateIdentityProvider', { ...provider, UserPoolId }),
        () => call(ctx, 'CreateIdentityProvider', { ...provider, ProviderType, UserPoolId }),
      ),
  )
  await applyEach(
    Groups,
    ({ GroupName }) => `group ${GroupName}`,
    (group) =>
      createOrUpdate(
        () => call(ctx, 'UpdateGroup', { ...group, UserPoolId }),
        () => call(ctx, 'CreateGroup', { ...group, UserPoolId }),
      ),
  )
  await applyEach(
    Clients,
    ({ ClientId }) => `client ${ClientId}`,
    (client) => applyClient(ctx, UserPoolId, client),
  )
  await applyEach(
    Users,
    ({ Username }) => `user ${Username}`,
    (user) => applyUser(ctx, UserPoolId, user),
  )
}

/**
 * MfaConfiguration is set together with the factors where there are any: a pool can't require a factor that it does not
 * have yet.
 */
function splitFactors<Settings extends Partial<SeedPool>>(pool: Settings) {
  const { SmsMfaConfiguration, SoftwareTokenMfaConfiguration, EmailMfaConfiguration, WebAuthnConfiguration, ...rest } =
    pool
  const factors = { SmsMfaConfiguration, SoftwareTokenMfaConfiguration, EmailMfaConfiguration, WebAuthnConfiguration }
  if (Object.values(factors).every((factor) => factor === undefined)) return { settings: rest }
  const { MfaConfiguration, ...settings } = rest
  return { factors: { ...factors, MfaConfiguration }, settings }
}

/** Sequentially, in the order of the seed. */
async function applyEach<Entry>(
  entries: Entry[] | undefined,
  placeOf: (entry: Entry) => string,
  apply: (entry: Entry) => Promise<void>,
): Promise<void> {
  for (const entry of entries ?? []) await at(placeOf(entry), () => apply(entry))
}

async function applyDomain(ctx: Context, UserPoolId: string, domain: NonNullable<SeedPool['Domain']>): Promise<void> {
  const wanted = typeof domain === 'string' ? { Domain: domain } : domain
  const pool = await findPool(ctx, UserPoolId)
  if (!pool!.domains.some(({ domain }) => domain === wanted.Domain))
    await call(ctx, 'CreateUserPoolDomain', { ...wanted, UserPoolId })
}

async function applyClient(ctx: Context, UserPoolId: string, seed: SeedClient): Promise<void> {
  const { ClientId, ClientName, ClientSecret, GenerateSecret, Branding, Extensions, ...settings } = seed
  if (!/^[\w+]{1,128}$/.test(ClientId ?? '')) throw new SeedError('a ClientId is 1 to 128 letters or digits')
  const found = await findClient(ctx, ClientId)
  if (found && found.pool.id !== UserPoolId) throw new SeedError(`the ClientId is taken in pool ${found.pool.id}`)
  if (found)
    await call(ctx, 'UpdateUserPoolClient', { ...settings, UserPoolId, ClientId, ...(ClientName && { ClientName }) })
  else
    await call(
      ctx,
      'CreateUserPoolClient',
      { ...settings, UserPoolId, ClientName: ClientName ?? ClientId, ClientSecret, GenerateSecret },
      ClientId,
    )
  if (Extensions)
    await at('extensions', () => callOwn(ctx, 'PutClientExtensions', { UserPoolId, ClientId, Extensions }))
  if (Branding) await at('branding', () => applyBranding(ctx, UserPoolId, ClientId, Branding))
}

async function applyBranding(
  ctx: Context,
  UserPoolId: string,
  ClientId: string,
  branding: NonNullable<SeedClient['Branding']>,
): Promise<void> {
  await createOrUpdate(
    async () => {
      const style = await call(ctx, 'DescribeManagedLoginBrandingByClient', { UserPoolId, ClientId })
      const ManagedLoginBrandingId = style.ManagedLoginBranding!.ManagedLoginBrandingId
      await call(ctx, 'UpdateManagedLoginBranding', { ...branding, UserPoolId, ManagedLoginBrandingId })
    },
    () => call(ctx, 'CreateManagedLoginBranding', { ...branding, UserPoolId, ClientId }),
  )
}

async function applyUser(ctx: Context, UserPoolId: string, seed: SeedUser): Promise<void> {
  const { Username, Password, UserAttributes = {}, Groups = [] } = seed
  const pool = (await findPool(ctx, UserPoolId))!
  const attributes = Object.entries(UserAttributes).map(([Name, Value]) => ({ Name, Value }))
  const found = await findUser(ctx.db, pool, Username)
  if (!found) {
    await call(ctx, 'AdminCreateUser', {
      UserPoolId,
      Username,
      UserAttributes: attributes,
      MessageAction: 'SUPPRESS',
    })
    if (Password) await call(ctx, 'AdminSetUserPassword', { UserPoolId, Username, Password, Permanent: true })
  } else {
    const changed = attributes.filter(({ Name, Value }) => found.attributes[Name] !== Value)
    if (changed.length > 0)
      await call(ctx, 'AdminUpdateUserAttributes', { UserPoolId, Username, UserAttributes: changed })
  }
  for (const GroupName of Groups) await call(ctx, 'AdminAddUserToGroup', { UserPoolId, Username, GroupName })
}

async function createOrUpdate(update: () => Promise<unknown>, create: () => Promise<unknown>): Promise<void> {
  try {
    await update()
  } catch (error) {
    if (!(error instanceof ServiceError) || error.type !== 'ResourceNotFoundException') throw error
    await create()
  }
}

async function at(place: string, apply: () => Promise<unknown>): Promise<void> {
  try {
    await apply()
  } catch (error) {
    if (error instanceof SeedError) throw new SeedError(`${place}, ${error.message}`)
    if (error instanceof ServiceError) throw new SeedError(`${place}: ${error.type}: ${error.message}`)
    throw error
  }
}
