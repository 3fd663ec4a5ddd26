import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { type Admin, type Credentials, createAdmin } from '../../src/admin/index.ts'
import type { TestServer } from '../support/server.ts'

export const rootKey = { accessKeyId: 'local', secretAccessKey: 'local' }

export const adminOf = ({ url, ctx }: Pick<TestServer, 'url' | 'ctx'>, credentials: Credentials = rootKey): Admin =>
  createAdmin({ endpoint: url, region: ctx.config.region, credentials })

export const cognitoOf = (
  { url, ctx }: Pick<TestServer, 'url' | 'ctx'>,
  credentials: Credentials,
): CognitoIdentityProvider =>
  new CognitoIdentityProvider({ endpoint: url, region: ctx.config.region, credentials, maxAttempts: 1 })

let keys = 0

/** A role with this policy, and a key of it. */
export async function keyWith(server: TestServer, policy: string | object, tags?: Record<string, string>) {
  const admin = adminOf(server)
  const RoleName = `role-${++keys}`
  const PolicyDocument = typeof policy === 'string' ? policy : JSON.stringify(policy)
  await admin.putRole({ RoleName, PolicyDocument, Tags: tags })
  return keyOf(server, RoleName)
}

export async function keyOf(
  server: TestServer,
  RoleName: string,
  ServiceName = 'ci',
): Promise<Credentials & { RoleName: string }> {
  const { AccessKey, SecretAccessKey } = await adminOf(server).createAccessKey({ RoleName, ServiceName })
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: SecretAccessKey, RoleName }
}

export const allow = (Action: string | string[], Resource: string | string[] = '*', more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource, ...more }],
})
