import type { CognitoClient } from './http-client.ts'
import { pause } from './load.ts'

type User = Record<string, string>

/** Runs an import job to its end. With `hashed`, users have a bcrypt `password_hash`. */
export async function importUsers(
  { call, send }: CognitoClient,
  UserPoolId: string,
  users: Iterable<User>,
  hashed = false,
): Promise<void> {
  const { CSVHeader } = await call('GetCSVHeader', { UserPoolId })
  const columns: string[] = CSVHeader
  const rows = Array.from(users, (user) => columns.map((column) => user[column] ?? '').join(','))
  const { UserImportJob } = await call('CreateUserImportJob', {
    UserPoolId,
    JobName: 'bench',
    CloudWatchLogsRoleArn: 'arn:aws:iam::000000000000:role/bench',
    ...(hashed && { PasswordHashingAlgorithm: 'BCRYPT' }),
  })
  const { pathname, search } = new URL(UserImportJob.PreSignedUrl)
  await send('PUT', pathname + search, {}, [columns.join(','), ...rows].join('\n'))
  const job = { UserPoolId, JobId: UserImportJob.JobId }
  await call('StartUserImportJob', job)
  for (;;) {
    const { UserImportJob: now } = await call('DescribeUserImportJob', job)
    if (now.CompletionDate) {
      if (now.ImportedUsers !== rows.length) throw new Error(`The import ended with ${JSON.stringify(now)}`)
      return
    }
    await pause(200)
  }
}
