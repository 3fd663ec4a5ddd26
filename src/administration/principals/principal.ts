import type { Policy } from '../policy/policy.ts'
import type { SessionSource } from './session-token.ts'

/** Who signed a call. */
export interface Principal {
  kind: 'root' | 'access-key' | 'session'
  arn: string
  accessKeyId: string
  /** The value of aws:userid in policies. */
  userId: string
  /** The permissions; the root may do everything. */
  policy?: Policy
  roleName?: string
  /** The revision of the role's policy and trust, if there is a role. */
  revision?: string
  /** Of temporary credentials. */
  source?: SessionSource
  /** The role that has assumed this one. */
  by?: { roleName: string; revision: string }
  tags?: Readonly<Record<string, string>>
  /** The sub of the operator whose session it is. */
  operatorSub?: string
  /** Whether it signed in with a second factor; unset for access keys. */
  hasMultiFactor?: boolean
}

export const rootPrincipal = ({ accountId }: { accountId: string }, accessKeyId: string): Principal => ({
  kind: 'root',
  arn: `arn:aws:iam::${accountId}:user/${accessKeyId}`,
  accessKeyId,
  userId: accountId,
})

export const roleArn = ({ accountId }: { accountId: string }, name: string): string =>
  `arn:aws:iam::${accountId}:role/${name}`

export const assumedRoleArn = ({ accountId }: { accountId: string }, roleName: string, sessionName: string): string =>
  `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`
