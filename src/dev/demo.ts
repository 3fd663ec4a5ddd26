import type { AuthFactorType, ExplicitAuthFlowsType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context, RequestContext } from '../context.ts'
import { uuidv4 } from '../lib/ids.ts'
import { firstFactors } from '../pool/factors/index.ts'
import { handlers } from '../pool/handlers.ts'
import { findPool } from '../pool/pools/pool.ts'
import { demoBranding } from './demo-branding.ts'

export interface Demo {
  poolId: string
  clientId: string
  appUrl: string
  loginUrl: string
  username: string
  password: string
}

const username = 'demo@example.com'
/** The demo user who also needs a code of an authenticator app. */
export const totpUsername = 'totp@example.com'
const password = 'Poolhouse-demo-1'

/** The demo's users have an e-mail address but no phone number. */
const withoutPassword = firstFactors
  .filter(({ proves, sendsTo }) => !proves.includes('pwd') && sendsTo !== 'phone_number')
  .map(({ name }) => name as AuthFactorType)

/**
 * Creates the demo pool on first start and says how to sign in to it. A deleted demo is not created again. If two
 * servers start at once on one database, the first to store its ids wins and there is only one demo.
 */
export async function ensureDemo(ctx: Context): Promise<Demo | undefined> {
  const remembered = await readDemo(ctx)
  if (remembered) return (await findPool(ctx, remembered.poolId)) && describe(ctx, remembered)

  const made = await makeDemo(requestContext(ctx))
  const won = await ctx.db
    .insertInto('installation')
    .values({ key: 'demo', value: Buffer.from(JSON.stringify(made)) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst()
  if (won) return describe(ctx, made)
  await handlers.DeleteUserPool!({ UserPoolId: made.poolId }, requestContext(ctx))
  return ensureDemo(ctx)
}

export function demoAppUrl(ctx: Context): string {
  return `${ctx.config.publicUrl}/_poolhouse/demo/`
}

export interface DemoIds {
  poolId: string
  clientId: string
  /** Clients of the further apps; a demo created by an older release has none. */
  passwordless?: string
  branded?: string
  service?: string
  /** The authenticator app secret of the demo's second user. */
  totp?: string
}

export async function readDemo(ctx: Context): Promise<DemoIds | undefined> {
  const row = await ctx.db.selectFrom('installation').select('value').where('key', '=', 'demo').executeTakeFirst()
  return row && (JSON.parse(row.value.toString()) as DemoIds)
}

async function makeDemo(ctx: RequestContext): Promise<DemoIds> {
  const created = await handlers.CreateUserPool!(
    {
      PoolName: 'demo',
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', ...withoutPassword] } },
    },
    ctx,
  )
  const poolId = created.UserPool!.Id!
  await handlers.SetUserPoolMfaConfig!(
    { UserPoolId: poolId, MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } },
    ctx,
  )
  // The longest way of all first.
  const totp = makeTotpUser(ctx, poolId)
  const [{ clientId, secret }, more] = await Promise.all([totp, makeDemoApps(ctx, poolId), makeEditor(ctx, poolId)])
  return { poolId, clientId, ...more, totp: secret }
}

/** With the demo's main app, in which the user sets the authenticator app up. */
async function makeTotpUser(ctx: RequestContext, poolId: string): Promise<{ clientId: string; secret: string }> {
  const user = makeUser(ctx, poolId, totpUsername, 'Demo with an authenticator app')
  const [clientId] = await Promise.all([makeClient(ctx, poolId, 'demo-app', demoAppUrl(ctx)), user])
  return { clientId, secret: await addAuthenticator(ctx, { poolId, clientId }) }
}

async function makeEditor(ctx: RequestContext, poolId: string): Promise<void> {
  await makeUser(ctx, poolId, username, 'Demo')
  await handlers.CreateGroup!({ UserPoolId: poolId, GroupName: 'editors', Description: 'May write' }, ctx)
  await handlers.AdminAddUserToGroup!({ UserPoolId: poolId, Username: username, GroupName: 'editors' }, ctx)
}

/** A second app, one with its own branding, and a service without users. */
async function makeDemoApps(
  ctx: RequestContext,
  poolId: string,
): Promise<Omit<DemoIds, 'poolId' | 'clientId' | 'totp'>> {
  const passwordless = await makeClient(ctx, poolId, 'demo-passwordless', `${demoAppUrl(ctx)}passwordless/`, [
    'ALLOW_USER_AUTH',
  ])
  const branded = await makeClient(ctx, poolId, 'demo-branded', `${demoAppUrl(ctx)}branded/`)
  await handlers.CreateManagedLoginBranding!({ UserPoolId: poolId, ClientId: branded, ...(await demoBranding()) }, ctx)
  await handlers.CreateResourceServer!(
    {
      UserPoolId: poolId,
      Identifier: 'demo-api',
      Name: 'Demo API',
      Scopes: [{ ScopeName: 'read', ScopeDescription: 'Read' }],
    },
    ctx,
  )
  const { UserPoolClient } = await handlers.CreateUserPoolClient!(
    {
      UserPoolId: poolId,
      ClientName: 'demo-service',
      GenerateSecret: true,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['demo-api/read'],
    },
    ctx,
  )
  return { passwordless, branded, service: UserPoolClient!.ClientId! }
}

async function makeClient(
  ctx: RequestContext,
  poolId: string,
  name: string,
  url: string,
  flows: ExplicitAuthFlowsType[] = [],
): Promise<string> {
  const { UserPoolClient } = await handlers.CreateUserPoolClient!(
    {
      UserPoolId: poolId,
      ClientName: name,
      ExplicitAuthFlows: [
        'ALLOW_USER_SRP_AUTH',
        'ALLOW_USER_PASSWORD_AUTH',
        'ALLOW_ADMIN_USER_PASSWORD_AUTH',
        'ALLOW_REFRESH_TOKEN_AUTH',
        ...flows,
      ],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
      SupportedIdentityProviders: ['COGNITO'],
      CallbackURLs: [url],
      LogoutURLs: [url],
      PreventUserExistenceErrors: 'ENABLED',
    },
    ctx,
  )
  return UserPoolClient!.ClientId!
}

async function makeUser(ctx: RequestContext, poolId: string, email: string, name: string): Promise<void> {
  await handlers.AdminCreateUser!(
    {
      UserPoolId: poolId,
      Username: email,
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
        { Name: 'name', Value: name },
      ],
    },
    ctx,
  )
  await handlers.AdminSetUserPassword!(
    { UserPoolId: poolId, Username: email, Password: password, Permanent: true },
    ctx,
  )
}

/** Sets up an authenticator app as an app of the pool would. Returns its secret: the demo shows the codes itself. */
async function addAuthenticator(
  ctx: RequestContext,
  { poolId, clientId }: Pick<DemoIds, 'poolId' | 'clientId'>,
): Promise<string> {
  const { AuthenticationResult } = await handlers.AdminInitiateAuth!(
    {
      UserPoolId: poolId,
      ClientId: clientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: totpUsername, PASSWORD: password },
    },
    ctx,
  )
  const { AccessToken } = AuthenticationResult!
  const { SecretCode } = await handlers.AssociateSoftwareToken!({ AccessToken }, ctx)
  // A code works only once: set up with the previous one, so that the current one can be used immediately.
  const before = new Date(ctx.clock.now().getTime() - 30_000)
  await handlers.VerifySoftwareToken!({ AccessToken, UserCode: await totpCode(SecretCode!, before) }, ctx)
  await handlers.AdminSetUserMFAPreference!(
    {
      UserPoolId: poolId,
      Username: totpUsername,
      SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
    },
    ctx,
  )
  return SecretCode!
}

/** Making the demo takes it. */
export const loadTotp = () => import('otplib')

/** The code that an authenticator app with this secret shows. */
export async function totpCode(secret: string, now: Date): Promise<string> {
  const { generate } = await loadTotp()
  return generate({ secret, epoch: Math.floor(now.getTime() / 1000) })
}

export function describe(ctx: Context, { poolId, clientId }: Pick<DemoIds, 'poolId' | 'clientId'>): Demo {
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    scope: 'openid email profile aws.cognito.signin.user.admin',
    redirect_uri: demoAppUrl(ctx),
  })
  return {
    poolId,
    clientId,
    appUrl: demoAppUrl(ctx),
    loginUrl: `${ctx.config.publicUrl}/${poolId}/login?${query}`,
    username,
    password,
  }
}

function requestContext(ctx: Context): RequestContext {
  return { ...ctx, requestId: uuidv4(), clientAddress: '127.0.0.1' }
}
