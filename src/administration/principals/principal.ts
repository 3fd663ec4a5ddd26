import type { Policy } from '../policy/policy.ts'
import type { SessionSource } from './session-token.ts'

/** Who signed a call. */
export interface Principal {
  kind: 'root' | 'access-key' | 'session'
  arn: string
  accessKeyId: string
  /** What policies know as aws:userid. */
  userId: string
  /** What it may do; the root may do everything. */
  policy?: Policy
  roleName?: string
  /** Of the role's policy and trust, where there is a role. */
  revision?: string
  /** Of temporary credentials. */
  source?: SessionSource
  /** The role that has assumed this one. */
  by?: { roleName: string; revision: string }
  tags?: Readonly<Record<string, string>>
  /** The sub of the operator whose session it is. */
  operatorSub?: string
  /** Whether it signed in with a second factor; unset for keys, which nobody signs in with. */
  hasMultiFactor?: boolean
}

export const roleArn = ({ accountId }: { accountId: string }, name: string): string =>
  `arn:aws:iam::${accountId}:role/${name}`

export const assumedRoleArn = ({ accountId }: { accountId: string }, roleName: string, sessionName: string): string =>
  `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`
