import { caller } from './caller.ts'
import { type Cognito, cognito, poolIdOf } from './cognito.ts'
import { everyPage, type Form, type OptionsOf, type Print, runForm } from './form.ts'
import { StartError } from './run.ts'
import { UsageError } from './usage-error.ts'

const options = {
  json: { type: 'boolean' },
  pool: { type: 'string' },
  secret: { type: 'boolean' },
  callback: { type: 'string', multiple: true },
  logout: { type: 'string', multiple: true },
  scope: { type: 'string', multiple: true },
  machine: { type: 'boolean' },
  format: { type: 'string' },
  yes: { type: 'boolean' },
} as const

type Options = OptionsOf<typeof options>
type ClientForm = Form<Cognito, Options>

const forms: Record<string, ClientForm> = {
  list: {
    takes: [],
    run: async (call, _, { pool }) => {
      const clients = await clientsOf(call, await poolIdOf(call, pool))
      return clients.map(({ ClientId, ClientName }) => ({ ClientId, ClientName }))
    },
  },
  show: { takes: ['CLIENT'], run: async (call, [client = ''], { pool }) => clientOf(call, client, pool) },
  create: { takes: ['NAME'], run: createClient },
  env: { takes: ['CLIENT'], run: environmentOf },
  delete: {
    takes: ['CLIENT'],
    run: async (call, [name = ''], { pool, yes }) => {
      const { UserPoolId, ClientId } = await clientOf(call, name, pool)
      if (!yes)
        throw new UsageError(`This deletes the app client ${ClientId}: its app stops working. Say so with --yes.`)
      await call('DeleteUserPoolClient', { UserPoolId: UserPoolId!, ClientId: ClientId! })
      return `${ClientId} is deleted.`
    },
  },
}

async function createClient(call: Cognito, [ClientName = '']: string[], options: Options) {
  const { pool, secret, callback, logout, scope, machine } = options
  if (machine && callback) throw new UsageError('--machine is for services, which have no --callback.')
  if (machine && !scope) throw new UsageError('--machine goes with --scope RESOURCE_SERVER/SCOPE, once for each.')
  const pages = callback && {
    AllowedOAuthFlows: ['code' as const],
    AllowedOAuthScopes: scope ?? ['openid', 'email', 'profile'],
    CallbackURLs: callback,
    LogoutURLs: logout,
    SupportedIdentityProviders: ['COGNITO'],
    AllowedOAuthFlowsUserPoolClient: true,
  }
  const service = machine && {
    AllowedOAuthFlows: ['client_credentials' as const],
    AllowedOAuthScopes: scope,
    AllowedOAuthFlowsUserPoolClient: true,
  }
  const { UserPoolClient } = await call('CreateUserPoolClient', {
    UserPoolId: await poolIdOf(call, pool),
    ClientName,
    GenerateSecret: (secret ?? false) || (machine ?? false),
    ExplicitAuthFlows: machine ? undefined : ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
    ...(pages || service),
  })
  const { ClientId, ClientSecret } = UserPoolClient!
  return { ClientId, ClientName, ClientSecret }
}

/** @throws UsageError for an unknown format */
async function environmentOf(call: Cognito, [name = '']: string[], { pool, format = 'dotenv' }: Options) {
  const client = await clientOf(call, name, pool)
  const { endpoint, region } = await caller()
  if (format === 'dotenv') return dotenv(client, endpoint, region)
  if (format === 'amplify') return JSON.stringify(amplifyOutputs(client, endpoint, region), null, 2)
  throw new UsageError(`--format is dotenv or amplify, not ${format}.`)
}

type Client = Awaited<ReturnType<typeof clientOf>>

function dotenv(
  { UserPoolId, ClientId, ClientSecret, CallbackURLs }: Client,
  endpoint: string,
  region: string,
): string {
  const values = {
    AWS_REGION: region,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoint,
    COGNITO_USER_POOL_ID: UserPoolId,
    COGNITO_CLIENT_ID: ClientId,
    COGNITO_CLIENT_SECRET: ClientSecret,
    OIDC_ISSUER: `${endpoint}/${UserPoolId}`,
    OIDC_REDIRECT_URI: CallbackURLs?.[0],
  }
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${/[^\w:/.@+-]/.test(value!) ? JSON.stringify(value) : value}`)
    .join('\n')
}

/** amplify_outputs.json of Amplify Gen 2, and the endpoint that Amplify.configure needs in addition. */
function amplifyOutputs(client: Client, endpoint: string, region: string): object {
  const { UserPoolId, ClientId, CallbackURLs, LogoutURLs, AllowedOAuthScopes } = client
  return {
    version: '1.4',
    auth: {
      aws_region: region,
      user_pool_id: UserPoolId,
      user_pool_client_id: ClientId,
      user_pool_endpoint: endpoint,
      ...(CallbackURLs && {
        oauth: {
          identity_providers: [],
          domain: `${new URL(endpoint).host}/${UserPoolId}`,
          scopes: AllowedOAuthScopes ?? [],
          redirect_sign_in_uri: CallbackURLs,
          redirect_sign_out_uri: LogoutURLs ?? [],
          response_type: 'code',
        },
      }),
    },
  }
}

async function clientOf(call: Cognito, wanted: string, pool: string | undefined) {
  const UserPoolId = await poolIdOf(call, pool)
  const clients = await clientsOf(call, UserPoolId)
  const named = clients.filter(({ ClientId, ClientName }) => ClientId === wanted || ClientName === wanted)
  if (named.length > 1) throw new UsageError(`There are several app clients of the name ${wanted}. Name one by its id.`)
  const ClientId = named[0]?.ClientId
  if (ClientId === undefined)
    throw new StartError(
      [
        `There is no app client ${wanted} in ${UserPoolId}.`,
        ...clients.map((one) => `  ${one.ClientId}  ${one.ClientName}`),
      ].join('\n'),
    )
  const { UserPoolClient } = await call('DescribeUserPoolClient', { UserPoolId, ClientId })
  return UserPoolClient!
}

const clientsOf = (call: Cognito, UserPoolId: string) =>
  everyPage<'UserPoolClients', { ClientId?: string; ClientName?: string }>(async (page) => {
    const { UserPoolClients = [], NextToken } = await call('ListUserPoolClients', {
      UserPoolId,
      MaxResults: 60,
      ...page,
    })
    return { UserPoolClients, NextToken }
  }, 'UserPoolClients')

export const client = (args: string[], print?: Print) =>
  runForm({ name: 'client', options, forms, client: cognito }, args, print)
