/**
 * Sets up the operators' pool, in which administrators sign in. It creates what is missing and keeps what exists, so it
 * can run again, also over a pool that was marked by hand.
 */
import type { AuthFactorType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context, RequestContext } from '../../context.ts'
import { uuidv4 } from '../../lib/ids.ts'
import { ServiceError } from '../../model/errors.ts'
import { callUserPools } from '../../pool/call-user-pools.ts'
import { isRedirectUri } from '../../pool/clients/redirect-uri.ts'
import { firstFactors } from '../../pool/factors/index.ts'
import { findGroup } from '../../pool/groups/group-store.ts'
import type { Input, OperationName, Output } from '../../pool/handler.ts'
import { generateTemporaryPassword } from '../../pool/passwords/password-policy.ts'
import { findPool, type Pool, requirePool } from '../../pool/pools/pool.ts'
import { findUser } from '../../pool/users/user.ts'
import { readyMadePolicy } from '../policy/ready-made.ts'
import { roleArn } from '../principals/principal.ts'
import { findRole, putRole } from '../roles/role-store.ts'
import { claimOperatorsPool, findOperatorsIds, setOperatorsClient } from './operator-store.ts'
import { findOperatorsClient } from './operators-client.ts'

export const administratorsGroup = 'administrators'
const administratorRole = 'administrator'

/** The factor that counts for two, offered beside the password. */
const strongFirstFactors = firstFactors.filter(({ level }) => level.alone > 2).map(({ name }) => name as AuthFactorType)

/** Ports of `poolhouse login`: a redirect URI must be registered exactly. */
const loopbackUrls = [9511, 9512, 9513].map((port) => `http://127.0.0.1:${port}/callback`)

export interface NewOperator {
  email: string
  /** Permanent. */
  password?: string
  invitation: 'send' | 'show-password'
}

export interface OperatorsSetUp {
  pool: Pool
  clientId: string
  roleArn: string
  temporaryPassword?: string
}

export async function setUpOperators(
  ctx: Context,
  { operator, domainPrefix }: { operator?: NewOperator; domainPrefix?: string } = {},
): Promise<OperatorsSetUp> {
  const call = callerFor(ctx)
  const { poolId } = await findOperatorsIds(ctx.db)
  const marked = poolId === undefined ? undefined : await findPool(ctx, poolId)
  const pool = marked ?? (await requirePool(ctx, await makePool(ctx, call, poolId)))
  if (domainPrefix !== undefined && !pool.domains.some(({ domain }) => domain === domainPrefix))
    await call('CreateUserPoolDomain', { UserPoolId: pool.id, Domain: domainPrefix, ManagedLoginVersion: 2 })
  const clientId = await setUpClient(ctx, call, pool)
  const arn = await setUpAdministrators(ctx, call, pool)
  const temporaryPassword = operator && (await addAdministrator(ctx, call, pool, operator))
  return { pool, clientId, roleArn: arn, temporaryPassword }
}

type Call = <Name extends OperationName>(name: Name, input: Partial<Input<Name>>) => Promise<Output<Name>>

const callerFor =
  (ctx: Context & Partial<RequestContext>): Call =>
  (name, input) =>
    callUserPools(name, input, () => ({
      ...ctx,
      requestId: ctx.requestId ?? uuidv4(),
      clientAddress: ctx.clientAddress ?? '127.0.0.1',
    }))

/** Of two pools created at once, the one that is marked first stays. */
async function makePool(ctx: Context, call: Call, formerPoolId: string | undefined): Promise<string> {
  const { UserPool } = await call('CreateUserPool', {
    PoolName: 'operators',
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    // There is no sign-up: an operator creates the others.
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: true,
      InviteMessageTemplate: {
        EmailSubject: 'You can administer Poolhouse now',
        EmailMessage: `Sign in at ${ctx.config.publicUrl}/console/ as {username} with the temporary password {####}`,
        SMSMessage: 'Your user name is {username} and your temporary password is {####}',
      },
    },
    AccountRecoverySetting: { RecoveryMechanisms: [{ Priority: 1, Name: 'verified_email' }] },
    Policies: {
      PasswordPolicy: {
        MinimumLength: 12,
        RequireLowercase: true,
        RequireUppercase: true,
        RequireNumbers: true,
        RequireSymbols: false,
        TemporaryPasswordValidityDays: 7,
      },
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', ...strongFirstFactors] },
    },
  })
  const UserPoolId = UserPool!.Id!
  await call('SetUserPoolMfaConfig', {
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  if (await claimOperatorsPool(ctx.db, UserPoolId, formerPoolId)) return UserPoolId
  await call('DeleteUserPool', { UserPoolId })
  return (await findOperatorsIds(ctx.db)).poolId!
}

/** Redirects to plain http are allowed on the local machine only. */
const consoleUrls = ({ config }: Context): string[] =>
  isRedirectUri(`${config.publicUrl}/console/`) ? [`${config.publicUrl}/console/`] : []

async function setUpClient(ctx: Context, call: Call, { id: UserPoolId }: Pool): Promise<string> {
  const known = await findOperatorsClient(ctx)
  if (known) {
    await moveClient(ctx, call, known.client.settings, { UserPoolId, ClientId: known.client.id })
    return known.client.id
  }
  const { UserPoolClient } = await call('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'poolhouse-console',
    ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    // The last scope lets operators set up their own factors in the console.
    AllowedOAuthScopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: [...consoleUrls(ctx), ...loopbackUrls],
    LogoutURLs: consoleUrls(ctx),
    PreventUserExistenceErrors: 'ENABLED',
    EnableTokenRevocation: true,
    // A working day.
    RefreshTokenValidity: 12,
    IdTokenValidity: 60,
    AccessTokenValidity: 60,
    TokenValidityUnits: { RefreshToken: 'hours', IdToken: 'minutes', AccessToken: 'minutes' },
    WriteAttributes: ['name'],
  })
  const ClientId = UserPoolClient!.ClientId!
  await call('CreateManagedLoginBranding', { UserPoolId, ClientId, UseCognitoProvidedValues: true })
  await setOperatorsClient(ctx.db, ClientId)
  return ClientId
}

/** The installation's address has changed since the client was created. */
async function moveClient(
  ctx: Context,
  call: Call,
  settings: Partial<Input<'UpdateUserPoolClient'>>,
  id: { UserPoolId: string; ClientId: string },
): Promise<void> {
  const wanted = [...consoleUrls(ctx), ...loopbackUrls]
  if (wanted.every((url) => settings.CallbackURLs?.includes(url))) return
  const { UserPoolClient } = await call('DescribeUserPoolClient', id)
  const { LastModifiedDate, CreationDate, ClientSecret, ...kept } = UserPoolClient!
  await call('UpdateUserPoolClient', {
    ...kept,
    ...id,
    CallbackURLs: [...new Set([...wanted, ...(kept.CallbackURLs ?? [])])],
    LogoutURLs: [...new Set([...consoleUrls(ctx), ...(kept.LogoutURLs ?? [])])],
  })
}

/** An existing role or group of that name stays as it is. */
async function setUpAdministrators(ctx: Context, call: Call, pool: Pool): Promise<string> {
  const arn = roleArn(ctx.config, administratorRole)
  if (!(await findRole(ctx.db, administratorRole)))
    await putRole(
      ctx.db,
      administratorRole,
      {
        description: 'May do everything',
        policy: readyMadePolicy(ctx.config, 'administrator', []),
        tags: {},
        trusted_issuers: [],
      },
      ctx.clock.now(),
    )
  if (!(await findGroup(ctx.db, pool.id, administratorsGroup)))
    await unlessExists(
      call('CreateGroup', {
        UserPoolId: pool.id,
        GroupName: administratorsGroup,
        Description: 'May administer everything',
        RoleArn: arn,
        Precedence: 0,
      }),
    )
  return arn
}

async function addAdministrator(
  ctx: Context,
  call: Call,
  pool: Pool,
  { email, password, invitation }: NewOperator,
): Promise<string | undefined> {
  const UserPoolId = pool.id
  const known = await findUser(ctx.db, pool, email)
  const shown = known || password || invitation === 'send' ? undefined : generateTemporaryPassword(pool)
  if (!known)
    await unlessExists(
      call('AdminCreateUser', {
        UserPoolId,
        Username: email,
        UserAttributes: [
          { Name: 'email', Value: email },
          { Name: 'email_verified', Value: 'true' },
        ],
        ...(shown !== undefined && { TemporaryPassword: shown }),
        ...(invitation === 'send' ? { DesiredDeliveryMediums: ['EMAIL'] } : { MessageAction: 'SUPPRESS' }),
      }),
    )
  if (!known && password)
    await call('AdminSetUserPassword', { UserPoolId, Username: email, Password: password, Permanent: true })
  await call('AdminAddUserToGroup', { UserPoolId, Username: email, GroupName: administratorsGroup })
  return shown
}

const existing = new Set(['GroupExistsException', 'UsernameExistsException'])

async function unlessExists(made: Promise<unknown>): Promise<void> {
  await made.catch((error) => {
    if (!(error instanceof ServiceError) || !existing.has(error.type)) throw error
  })
}
