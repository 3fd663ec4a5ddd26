import { readFile } from 'node:fs/promises'
import { type Cognito, cognito, everyPool, poolIdOf } from './cognito.ts'
import { type Form, type OptionsOf, type Print, runForm } from './form.ts'
import { UsageError } from './usage-error.ts'

const options = {
  json: { type: 'boolean' },
  settings: { type: 'string' },
  yes: { type: 'boolean' },
} as const

type PoolForm = Form<Cognito, OptionsOf<typeof options>>

const forms: Record<string, PoolForm> = {
  list: {
    takes: [],
    run: async (call) => (await everyPool(call)).map(({ Id, Name, CreationDate }) => ({ Id, Name, CreationDate })),
  },
  show: {
    takes: ['POOL'],
    run: async (call, [pool]) => {
      const { UserPool } = await call('DescribeUserPool', { UserPoolId: await poolIdOf(call, pool) })
      return UserPool
    },
  },
  create: {
    takes: ['NAME'],
    run: async (call, [PoolName = ''], { settings }) => {
      const base = settings === undefined ? signInByEmail : await readJson(settings)
      const { UserPool } = await call('CreateUserPool', { ...base, PoolName })
      return { Id: UserPool!.Id, Name: UserPool!.Name, Arn: UserPool!.Arn }
    },
  },
  mfa: {
    takes: ['POOL', 'off|optional|required'],
    run: async (call, [pool, when = '']) => {
      const MfaConfiguration = Object.hasOwn(mfaStates, when) ? mfaStates[when as keyof typeof mfaStates] : undefined
      if (!MfaConfiguration) throw new UsageError(`A second factor is off, optional or required, not ${when}.`)
      const UserPoolId = await poolIdOf(call, pool)
      const { WebAuthnConfiguration, ...factors } = await call('GetUserPoolMfaConfig', { UserPoolId })
      await call('SetUserPoolMfaConfig', {
        ...(MfaConfiguration !== 'OFF' && { ...factors, SoftwareTokenMfaConfiguration: { Enabled: true } }),
        WebAuthnConfiguration,
        UserPoolId,
        MfaConfiguration,
      })
      return `A second factor is ${when} in ${UserPoolId}.`
    },
  },
  delete: {
    takes: ['POOL'],
    run: async (call, [pool], { yes }) => {
      const UserPoolId = await poolIdOf(call, pool)
      if (!yes) throw new UsageError(`This deletes ${UserPoolId} with all its users, for good. Say so with --yes.`)
      await call('DeleteUserPool', { UserPoolId })
      return `${UserPoolId} is deleted.`
    },
  },
}

const mfaStates = { off: 'OFF', optional: 'OPTIONAL', required: 'ON' } as const

/** Defaults that suit most applications. */
const signInByEmail = {
  UsernameAttributes: ['email' as const],
  AutoVerifiedAttributes: ['email' as const],
}

async function readJson(path: string): Promise<object> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`${path} can't be read as JSON: ${(error as Error).message}`)
  }
}

export const pool = (args: string[], print?: Print) =>
  runForm({ name: 'pool', options, forms, client: cognito }, args, print)
