import type {
  CreateUserImportJobCommandInput,
  CreateUserPoolCommandInput,
  UserImportJobType,
} from '@aws-sdk/client-cognito-identity-provider'
import type { TestServer } from '../support/server.ts'

type Row = Record<string, string>

export const csv = (header: string[], rows: Row[]): string =>
  [header.join(','), ...rows.map((row) => header.map((name) => row[name] ?? '').join(','))].join('\n')

export const person = (n: number | string, more: Row = {}): Row => ({
  'cognito:username': `user${n}`,
  email: `user${n}@example.com`,
  email_verified: 'true',
  ...more,
})

export const upload = (job: UserImportJobType, body: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
  fetch(job.PreSignedUrl!, { method: 'PUT', body, headers: { 'x-amz-server-side-encryption': 'aws:kms' } })

export async function waitUntil(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 20) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('It did not come to that')
}

/** Pools and jobs of the server that runs at the moment. */
export function importScene(server: () => TestServer) {
  async function makePool(more: Partial<CreateUserPoolCommandInput> = {}) {
    const { cognito } = server()
    const { UserPool } = await cognito.createUserPool({
      PoolName: 'our people',
      AutoVerifiedAttributes: ['email'],
      AliasAttributes: ['email'],
      Schema: [{ Name: 'team', AttributeDataType: 'String', Mutable: true }],
      ...more,
    })
    const UserPoolId = UserPool!.Id!
    const { UserPoolClient } = await cognito.createUserPoolClient({
      UserPoolId,
      ClientName: 'app',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    })
    const { CSVHeader } = await cognito.getCSVHeader({ UserPoolId })
    return { UserPoolId, ClientId: UserPoolClient!.ClientId!, header: CSVHeader! }
  }

  async function createJob(
    UserPoolId: string,
    more: Partial<CreateUserImportJobCommandInput> = {},
  ): Promise<UserImportJobType> {
    const { UserImportJob } = await server().cognito.createUserImportJob({
      UserPoolId,
      JobName: 'job',
      CloudWatchLogsRoleArn: 'arn:aws:iam::000000000000:role/import',
      ...more,
    })
    return UserImportJob!
  }

  const start = ({ UserPoolId, JobId }: UserImportJobType) => server().cognito.startUserImportJob({ UserPoolId, JobId })

  async function run(job: UserImportJobType): Promise<UserImportJobType> {
    await start(job)
    return endOf(job)
  }

  async function endOf({ UserPoolId, JobId }: UserImportJobType): Promise<UserImportJobType> {
    for (let waited = 0; waited < 15_000; waited += 50) {
      const { UserImportJob } = await server().cognito.describeUserImportJob({ UserPoolId, JobId })
      if (UserImportJob!.CompletionDate) return UserImportJob!
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error('The job did not end')
  }

  return { makePool, createJob, start, run, endOf }
}
