import { type Cognito, everyPool } from '../cognito.ts'
import { isObject, type Json, type JsonObject, TemplateError } from './read-template.ts'
import type { Apply, Scene } from './resource-types.ts'
import { isPartOf, type Outcome } from './settle.ts'

// Which pool is whose: its tags say which resource of which stack it is, and which resource each client is.
const stackTag = 'poolhouse:stack'
const resourceTag = 'poolhouse:resource'
export const clientTag = (logicalId: string) => `poolhouse:client:${logicalId}`

/** Members of the resource that are set by SetUserPoolMfaConfig. */
export const factorMembers = [
  'EnabledMfas',
  'EmailAuthenticationMessage',
  'EmailAuthenticationSubject',
  'WebAuthnRelyingPartyID',
  'WebAuthnUserVerification',
  'WebAuthnFactorConfiguration',
]
/** Members that a pool keeps for life. */
const fixedMembers = ['UsernameAttributes', 'AliasAttributes', 'UsernameConfiguration']

export const applyUserPool: Apply = async (scene, { logicalId, properties }) => {
  const { call } = scene
  const factors = factorsOf(properties)
  const settings = settingsOf(scene, logicalId, properties)
  const found = await findPool(scene, logicalId, String(settings.PoolName))
  let outcome: Outcome = 'unchanged'
  let pool = found
  if (!pool) {
    const { MfaConfiguration, ...input } = settings
    const created = await call('CreateUserPool', input as never)
    pool = created.UserPool as unknown as Pool
    outcome = 'created'
  }
  const UserPoolId = pool.Id
  if (await setFactors(call, UserPoolId, factors)) outcome = outcome === 'created' ? outcome : 'updated'
  if (found && (await updatePool(call, logicalId, found, settings))) outcome = 'updated'

  const issuer = await issuerOf(scene, UserPoolId)
  return {
    id: UserPoolId,
    outcome,
    address: { onAws: `https://cognito-idp.${scene.region}.amazonaws.com/${UserPoolId}`, here: issuer },
    attributes: {
      Arn: pool.Arn,
      UserPoolId,
      ProviderURL: issuer,
      ProviderName: issuer.replace(/^https?:\/\//, ''),
    },
  }
}

type Pool = JsonObject & { Id: string; Name: string; Arn: string; UserPoolTags?: Record<string, string> }

function settingsOf({ stack }: Scene, logicalId: string, properties: JsonObject): JsonObject {
  const { UserPoolName, UserPoolTags, ...settings } = properties
  for (const name of factorMembers) delete settings[name]
  const tags = isObject(UserPoolTags) ? UserPoolTags : {}
  return {
    ...settings,
    PoolName: UserPoolName ?? `${stack}-${logicalId}`,
    UserPoolTags: { ...tags, [stackTag]: stack, [resourceTag]: logicalId },
  }
}

async function findPool({ call, stack }: Scene, logicalId: string, name: string): Promise<Pool | undefined> {
  const pools = await everyPool(call)
  // A name is usually found at once; a pool that was renamed, by its tags.
  for (const { Id } of pools.toSorted((one, other) => Number(other.Name === name) - Number(one.Name === name))) {
    const { UserPool } = await call('DescribeUserPool', { UserPoolId: Id! })
    const tags = UserPool?.UserPoolTags
    if (tags?.[stackTag] === stack && tags[resourceTag] === logicalId) return UserPool as unknown as Pool
  }
  return undefined
}

/** Returns whether anything had to change. @throws TemplateError for what a pool keeps for life */
async function updatePool(call: Cognito, logicalId: string, pool: Pool, settings: JsonObject): Promise<boolean> {
  const { Schema, PoolName, UserPoolTags, ...rest } = settings
  for (const name of fixedMembers) {
    if (!isPartOf(rest[name], pool[name] ?? (Array.isArray(rest[name]) ? [] : undefined)) && rest[name] !== undefined)
      throw new TemplateError(
        `${logicalId}: a pool keeps its ${name} for life. Delete the pool (poolhouse pool delete ${pool.Id} --yes) to have another.`,
      )
    delete rest[name]
  }
  const added = await addAttributes(call, pool, Schema)
  const tags = { ...pool.UserPoolTags, ...(UserPoolTags as Record<string, string>) }
  if (pool.Name === PoolName && isPartOf({ ...rest, UserPoolTags }, pool)) return added
  await call('UpdateUserPool', { ...rest, UserPoolId: pool.Id, PoolName, UserPoolTags: tags } as never)
  return true
}

/** Attributes can be added to a pool, and never changed. */
async function addAttributes(call: Cognito, pool: Pool, schema: Json | undefined): Promise<boolean> {
  if (!Array.isArray(schema)) return false
  const present = new Set((pool.SchemaAttributes as JsonObject[]).map(({ Name }) => String(Name)))
  const missing = schema
    .filter(isObject)
    .filter(({ Name }) => !present.has(`${Name}`) && !present.has(`custom:${Name}`))
  if (missing.length === 0) return false
  await call('AddCustomAttributes', { UserPoolId: pool.Id, CustomAttributes: missing as never })
  return true
}

/** What each value of `EnabledMfas` is in the input of SetUserPoolMfaConfig. */
const secondFactors: Record<string, (properties: JsonObject) => JsonObject> = {
  SMS_MFA: ({ SmsConfiguration, SmsAuthenticationMessage }) => ({
    SmsMfaConfiguration: defined({ SmsConfiguration, SmsAuthenticationMessage }),
  }),
  SOFTWARE_TOKEN_MFA: () => ({ SoftwareTokenMfaConfiguration: { Enabled: true } }),
  EMAIL_OTP: ({ EmailAuthenticationMessage, EmailAuthenticationSubject }) => ({
    EmailMfaConfiguration: defined({ Message: EmailAuthenticationMessage, Subject: EmailAuthenticationSubject }),
  }),
}

/** The input of SetUserPoolMfaConfig, or undefined where the template has nothing of it. */
function factorsOf(properties: JsonObject): JsonObject | undefined {
  const { MfaConfiguration = 'OFF', EnabledMfas, SmsConfiguration } = properties
  if ([...factorMembers, 'MfaConfiguration'].every((name) => properties[name] === undefined)) return undefined
  const withoutList = SmsConfiguration !== undefined && MfaConfiguration !== 'OFF' ? [secondFactors.SMS_MFA!] : []
  const enabled = Array.isArray(EnabledMfas) ? EnabledMfas.map(secondFactor) : withoutList
  const webAuthn = defined({
    RelyingPartyId: properties.WebAuthnRelyingPartyID,
    UserVerification: properties.WebAuthnUserVerification,
    FactorConfiguration: properties.WebAuthnFactorConfiguration,
  })
  return Object.assign(
    { MfaConfiguration, SoftwareTokenMfaConfiguration: { Enabled: false } },
    ...enabled.map((settings) => settings(properties)),
    Object.keys(webAuthn).length > 0 && { WebAuthnConfiguration: webAuthn },
  )
}

function secondFactor(name: Json) {
  const settings = Object.hasOwn(secondFactors, String(name)) ? secondFactors[String(name)] : undefined
  if (!settings) throw new TemplateError(`EnabledMfas: ${name} is none of ${Object.keys(secondFactors).join(', ')}.`)
  return settings
}

async function setFactors(call: Cognito, UserPoolId: string, factors: JsonObject | undefined): Promise<boolean> {
  if (!factors) return false
  const found = await call('GetUserPoolMfaConfig', { UserPoolId })
  const isOff = { SoftwareTokenMfaConfiguration: { Enabled: false } }
  if (isPartOf(factors, { ...isOff, ...found })) return false
  await call('SetUserPoolMfaConfig', { ...factors, UserPoolId } as never)
  return true
}

const defined = (members: Record<string, Json | undefined>): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JsonObject

/** The issuer as the server states it, whatever template its settings have. */
async function issuerOf({ endpoint }: Scene, poolId: string): Promise<string> {
  const discovery = await fetch(`${endpoint}/${poolId}/.well-known/openid-configuration`)
  if (!discovery.ok) return `${endpoint}/${poolId}`
  return ((await discovery.json()) as { issuer: string }).issuer
}
