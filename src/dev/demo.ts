import type { Context, RequestContext } from '../context.ts'
import { uuidv4 } from '../lib/ids.ts'
import { handlers } from '../pool/handlers.ts'
import { findPool } from '../pool/pools/pool.ts'

export interface Demo {
  poolId: string
  clientId: string
  appUrl: string
  loginUrl: string
  username: string
  password: string
}

const username = 'demo@example.com'
const password = 'Poolhouse-demo-1'

/**
 * Makes the demo pool on first start and says how to sign in to it. A demo that was deleted stays deleted.
 * Two servers that start at once on one database make one demo: the first to write its ids wins.
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

interface DemoIds {
  poolId: string
  clientId: string
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
    },
    ctx,
  )
  const poolId = created.UserPool!.Id!
  const client = await handlers.CreateUserPoolClient!(
    {
      UserPoolId: poolId,
      ClientName: 'demo-app',
      ExplicitAuthFlows: [
        'ALLOW_USER_SRP_AUTH',
        'ALLOW_USER_PASSWORD_AUTH',
        'ALLOW_ADMIN_USER_PASSWORD_AUTH',
        'ALLOW_REFRESH_TOKEN_AUTH',
      ],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
      SupportedIdentityProviders: ['COGNITO'],
      CallbackURLs: [demoAppUrl(ctx)],
      LogoutURLs: [demoAppUrl(ctx)],
      PreventUserExistenceErrors: 'ENABLED',
    },
    ctx,
  )
  await handlers.AdminCreateUser!(
    {
      UserPoolId: poolId,
      Username: username,
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: username },
        { Name: 'email_verified', Value: 'true' },
        { Name: 'name', Value: 'Demo' },
      ],
    },
    ctx,
  )
  await handlers.AdminSetUserPassword!(
    { UserPoolId: poolId, Username: username, Password: password, Permanent: true },
    ctx,
  )
  return { poolId, clientId: client.UserPoolClient!.ClientId! }
}

export function describe(ctx: Context, { poolId, clientId }: DemoIds): Demo {
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
