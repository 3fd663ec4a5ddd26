import type { Credentials } from '../api/sign.ts'
import { callSts, textIn } from './sts.ts'

/** The ARN of whose credentials these are. @throws ApiError where they are nobody's */
export async function callerIdentity(credentials: Credentials): Promise<string> {
  return textIn(await callSts({ Action: 'GetCallerIdentity' }, credentials), 'Arn')!
}
