/** A pool as a file: what `poolhouse seed` takes too, without users and secrets. */
import { cognito, poolhouse } from '../../api/call.ts'
import { findStyle } from '../../api/client-branding.ts'
import { type PoolType, sentClientMembers, sentPoolMembers } from '../../api/merge.ts'
import { readAll } from '../../api/read-all.ts'
import type { CognitoInput, PoolhouseInput } from '../../api/wire.ts'
import { texts } from '../../texts/texts.ts'

const p = texts.transfer.parts

type Client = Omit<CognitoInput<'CreateUserPoolClient'>, 'UserPoolId'> & {
  ClientId: string
  Branding?: Omit<CognitoInput<'CreateManagedLoginBranding'>, 'UserPoolId' | 'ClientId'>
  Extensions?: PoolhouseInput<'PutClientExtensions'>['Extensions']
}

export interface PoolFile extends CognitoInput<'CreateUserPool'> {
  Id: string
  Domain?: Omit<CognitoInput<'CreateUserPoolDomain'>, 'UserPoolId'>
  ResourceServers?: Omit<CognitoInput<'CreateResourceServer'>, 'UserPoolId'>[]
  IdentityProviders?: Omit<CognitoInput<'CreateIdentityProvider'>, 'UserPoolId'>[]
  Groups?: Omit<CognitoInput<'CreateGroup'>, 'UserPoolId'>[]
  Clients?: Client[]
  /** Standards beyond Cognito, and the account page. */
  Extensions?: PoolhouseInput<'PutUserPoolExtensions'>['Extensions']
}

/** What a role must be allowed to read for all of that. */
export const readActions = [
  'DescribeUserPool',
  'DescribeUserPoolDomain',
  'ListResourceServers',
  'ListIdentityProviders',
  'DescribeIdentityProvider',
  'ListGroups',
  'ListUserPoolClients',
  'DescribeUserPoolClient',
  'DescribeManagedLoginBrandingByClient',
]
  .map((name) => `cognito-idp:${name}`)
  .concat('poolhouse:GetUserPoolExtensions', 'poolhouse:GetClientExtensions')

export async function readPoolFile(UserPoolId: string): Promise<{ pools: [PoolFile] }> {
  const { UserPool } = await cognito('DescribeUserPool', { UserPoolId })
  const pool: PoolFile = {
    ...poolSettings(UserPool!),
    Id: UserPoolId,
    PoolName: UserPool!.Name!,
    Domain: await domainOf(UserPool!),
    ResourceServers: await readAll(async (NextToken) => {
      const page = await cognito('ListResourceServers', { UserPoolId, MaxResults: 50, NextToken })
      const own = (page.ResourceServers ?? []).filter(({ Identifier }) => !/^aws\.cognito(\/|$)/.test(Identifier!))
      const servers = own.map(({ Identifier, Name, Scopes }) => ({ Identifier: Identifier!, Name: Name!, Scopes }))
      return { items: servers, next: page.NextToken }
    }),
    IdentityProviders: await providersOf(UserPoolId),
    Groups: await readAll(async (NextToken) => {
      const page = await cognito('ListGroups', { UserPoolId, Limit: 60, NextToken })
      const groups = (page.Groups ?? []).map(({ GroupName, Description, Precedence, RoleArn }) => ({
        GroupName: GroupName!,
        Description,
        Precedence,
        RoleArn,
      }))
      return { items: groups, next: page.NextToken }
    }),
    Clients: await clientsOf(UserPoolId),
    Extensions: unlessEmpty((await poolhouse('GetUserPoolExtensions', { UserPoolId })).Extensions),
  }
  return { pools: [pool] }
}

const fixedMembers = ['AliasAttributes', 'UsernameAttributes', 'UsernameConfiguration', 'SmsConfiguration'] as const

function poolSettings(pool: PoolType) {
  const members = [...sentPoolMembers, ...fixedMembers].filter((name) => pool[name] !== undefined)
  // A factor that a pool is made with has to be SMS; others are switched on later.
  const custom = (pool.SchemaAttributes ?? [])
    .filter(({ Name, Required }) => Required || /^(dev:)?custom:/.test(Name!))
    .filter(({ Name }) => Name !== 'sub')
    .map((attribute) => ({ ...attribute, Name: attribute.Name!.replace(/^(dev:)?custom:/, '') }))
  const { UnusedAccountValidityDays: _, ...invitation } = pool.AdminCreateUserConfig ?? {}
  return {
    ...Object.fromEntries(members.map((name) => [name, pool[name]])),
    AdminCreateUserConfig: invitation,
    ...(custom.length > 0 && { Schema: custom }),
  }
}

async function domainOf({ CustomDomain, Domain }: PoolType): Promise<PoolFile['Domain']> {
  const name = Domain ?? CustomDomain
  if (name === undefined) return undefined
  const { DomainDescription } = await cognito('DescribeUserPoolDomain', { Domain: name })
  const { ManagedLoginVersion, CustomDomainConfig } = DomainDescription ?? {}
  return {
    Domain: name,
    ManagedLoginVersion,
    ...(CustomDomainConfig?.CertificateArn && { CustomDomainConfig }),
  }
}

async function providersOf(UserPoolId: string): Promise<PoolFile['IdentityProviders']> {
  const names = await readAll(async (NextToken) => {
    const page = await cognito('ListIdentityProviders', { UserPoolId, MaxResults: 60, NextToken })
    return { items: (page.Providers ?? []).map(({ ProviderName }) => ProviderName!), next: page.NextToken }
  })
  const providers: PoolFile['IdentityProviders'] = []
  for (const ProviderName of names) {
    const { IdentityProvider } = await cognito('DescribeIdentityProvider', { UserPoolId, ProviderName })
    const { ProviderType, ProviderDetails, AttributeMapping, IdpIdentifiers, AcrMapping } = IdentityProvider!
    const { client_secret: _, ActiveEncryptionCertificate: __, ...details } = ProviderDetails ?? {}
    providers.push({
      ProviderName,
      ProviderType: ProviderType!,
      ProviderDetails: details,
      AttributeMapping,
      IdpIdentifiers,
      AcrMapping,
    })
  }
  return providers
}

async function clientsOf(UserPoolId: string): Promise<Client[]> {
  const ids = await readAll(async (NextToken) => {
    const page = await cognito('ListUserPoolClients', { UserPoolId, MaxResults: 60, NextToken })
    return { items: (page.UserPoolClients ?? []).map(({ ClientId }) => ClientId!), next: page.NextToken }
  })
  const clients: Client[] = []
  for (const ClientId of ids) {
    const { UserPoolClient: client } = await cognito('DescribeUserPoolClient', { UserPoolId, ClientId })
    const members = sentClientMembers.filter((name) => client![name] !== undefined)
    clients.push({
      ...(Object.fromEntries(members.map((name) => [name, client![name]])) as Omit<Client, 'ClientId' | 'ClientName'>),
      ClientId,
      ClientName: client!.ClientName!,
      ...(client!.ClientSecret !== undefined && { GenerateSecret: true }),
      ...(await brandingOf(UserPoolId, ClientId)),
      Extensions: unlessEmpty((await poolhouse('GetClientExtensions', { UserPoolId, ClientId })).Extensions),
    })
  }
  return clients
}

const unlessEmpty = <Document extends object>(document: Document | undefined): Document | undefined =>
  document && Object.keys(document).length > 0 ? document : undefined

async function brandingOf(UserPoolId: string, ClientId: string): Promise<Pick<Client, 'Branding'>> {
  const style = await findStyle({ UserPoolId, ClientId })
  if (!style) return {}
  const { Settings, Assets, UseCognitoProvidedValues } = style
  return { Branding: UseCognitoProvidedValues ? { UseCognitoProvidedValues, Assets } : { Settings, Assets } }
}

/** The one pool of an exported file. */
export function poolIn(text: string): PoolFile | undefined {
  try {
    const [pool] = JSON.parse(text).pools
    return typeof pool.Id === 'string' && typeof (pool.PoolName ?? pool.Id) === 'string' ? pool : undefined
  } catch {
    return undefined
  }
}

export interface Refused {
  part: string
  error: unknown
}

interface Step {
  part: string
  run(): Promise<unknown>
}

/**
 * Makes a pool like the one of the file. What is refused of its parts is told and stops nothing. @throws ApiError where the
 * pool itself is refused
 */
export async function createFromFile(
  file: PoolFile,
  PoolName: string,
  onProgress: (done: number, all: number) => void,
): Promise<{ UserPoolId: string; refused: Refused[] }> {
  const { Id: _, Domain, ResourceServers, IdentityProviders, Groups, Clients, Extensions, ...settings } = file
  const { UserPool } = await cognito('CreateUserPool', { ...settings, PoolName })
  const UserPoolId = UserPool!.Id!
  const steps: Step[] = [
    ...(Extensions
      ? [{ part: p.standards, run: () => poolhouse('PutUserPoolExtensions', { UserPoolId, Extensions }) }]
      : []),
    ...(Domain
      ? [{ part: p.domain(Domain.Domain!), run: () => cognito('CreateUserPoolDomain', { ...Domain, UserPoolId }) }]
      : []),
    ...(ResourceServers ?? []).map((server) => ({
      part: p.api(server.Name!),
      run: () => cognito('CreateResourceServer', { ...server, UserPoolId }),
    })),
    ...(IdentityProviders ?? []).map((provider) => ({
      part: p.provider(provider.ProviderName!),
      run: () => cognito('CreateIdentityProvider', { ...provider, UserPoolId }),
    })),
    ...(Groups ?? []).map((group) => ({
      part: p.group(group.GroupName!),
      run: () => cognito('CreateGroup', { ...group, UserPoolId }),
    })),
    ...(Clients ?? []).map((client) => ({
      part: p.client(client.ClientName!),
      run: () => createClient(UserPoolId, client),
    })),
  ]
  const refused: Refused[] = []
  for (const [index, { part, run }] of steps.entries()) {
    onProgress(index, steps.length)
    await run().catch((error) => refused.push({ part, error }))
  }
  return { UserPoolId, refused }
}

async function createClient(UserPoolId: string, client: Client): Promise<void> {
  const { ClientId: _, Branding, Extensions, ...settings } = client
  const { UserPoolClient } = await cognito('CreateUserPoolClient', { ...settings, UserPoolId })
  if (Branding)
    await cognito('CreateManagedLoginBranding', { ...Branding, UserPoolId, ClientId: UserPoolClient!.ClientId! })
  if (Extensions)
    await poolhouse('PutClientExtensions', { UserPoolId, ClientId: UserPoolClient!.ClientId!, Extensions })
}
