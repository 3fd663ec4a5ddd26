import { attributesOf, type Cognito, cognito, poolIdOf } from './cognito.ts'
import { type Form, type OptionsOf, type Print, runForm } from './form.ts'
import { UsageError } from './usage-error.ts'

const options = {
  json: { type: 'boolean' },
  pool: { type: 'string' },
  filter: { type: 'string' },
  max: { type: 'string' },
  attribute: { type: 'string', multiple: true },
  'temporary-password': { type: 'string' },
  'no-message': { type: 'boolean' },
  password: { type: 'string' },
  yes: { type: 'boolean' },
} as const

type Options = OptionsOf<typeof options>
type UserForm = Form<Cognito, Options>

type Simple =
  | 'AdminConfirmSignUp'
  | 'AdminDisableUser'
  | 'AdminEnableUser'
  | 'AdminResetUserPassword'
  | 'AdminUserGlobalSignOut'

/** An operation that needs only the pool and the user name. */
const simple = (operation: Simple, done: string): UserForm => ({
  takes: ['USER'],
  run: async (call, [Username = ''], { pool }) => {
    await call(operation, { UserPoolId: await poolIdOf(call, pool), Username })
    return `${Username} ${done}`
  },
})

const forms: Record<string, UserForm> = {
  list: { takes: [], run: (call, _, options) => listUsers(call, options) },
  show: { takes: ['USER'], run: showUser },
  create: {
    takes: ['USER'],
    run: async (call, [Username = ''], options) => {
      const { User } = await call('AdminCreateUser', {
        UserPoolId: await poolIdOf(call, options.pool),
        Username,
        UserAttributes: options.attribute?.map(attribute),
        TemporaryPassword: options['temporary-password'],
        MessageAction: options['no-message'] ? 'SUPPRESS' : undefined,
      })
      return { Username: User!.Username, UserStatus: User!.UserStatus, ...attributesOf(User!.Attributes) }
    },
  },
  set: {
    takes: ['USER'],
    run: async (call, [Username = ''], { pool, attribute: wanted }) => {
      if (!wanted) throw new UsageError('Say what to set: --attribute NAME=VALUE, once for each.')
      const UserAttributes = wanted.map(attribute)
      await call('AdminUpdateUserAttributes', { UserPoolId: await poolIdOf(call, pool), Username, UserAttributes })
      return `${Username} is changed.`
    },
  },
  password: {
    takes: ['USER'],
    run: async (call, [Username = ''], { pool, password }) => {
      const Password = password ?? (await standardInput())
      if (!Password) throw new UsageError('Say the password on standard input, or with --password.')
      const UserPoolId = await poolIdOf(call, pool)
      await call('AdminSetUserPassword', { UserPoolId, Username, Password, Permanent: true })
      return `${Username} has the password.`
    },
  },
  confirm: simple('AdminConfirmSignUp', 'is confirmed.'),
  disable: simple('AdminDisableUser', 'is disabled, and signed out.'),
  enable: simple('AdminEnableUser', 'is enabled.'),
  reset: simple('AdminResetUserPassword', 'is sent a code for a new password.'),
  'sign-out': simple('AdminUserGlobalSignOut', 'is signed out everywhere.'),
  delete: {
    takes: ['USER'],
    run: async (call, [Username = ''], { pool, yes }) => {
      if (!yes) throw new UsageError(`This deletes ${Username} for good. Say so with --yes.`)
      await call('AdminDeleteUser', { UserPoolId: await poolIdOf(call, pool), Username })
      return `${Username} is deleted.`
    },
  },
}

/** Newest first, at most --max of them. */
async function listUsers(call: Cognito, { pool, filter, max = '60' }: Options) {
  if (!/^[1-9]\d{0,5}$/.test(max)) throw new UsageError(`--max is a number from 1 to 999999, not ${max}.`)
  const UserPoolId = await poolIdOf(call, pool)
  const rows: object[] = []
  let PaginationToken: string | undefined
  do {
    const Limit = Math.min(60, +max - rows.length)
    const page = await call('ListUsers', { UserPoolId, Filter: filter, Limit, PaginationToken })
    for (const { Username, UserStatus, Enabled, UserCreateDate, Attributes } of page.Users ?? []) {
      const { email, phone_number } = attributesOf(Attributes)
      rows.push({ Username, UserStatus, Enabled, email, phone_number, UserCreateDate })
    }
    PaginationToken = page.PaginationToken
  } while (PaginationToken && rows.length < +max)
  return rows
}

async function showUser(call: Cognito, [Username = '']: string[], { pool }: Options) {
  const who = { UserPoolId: await poolIdOf(call, pool), Username }
  const [user, { Groups }] = await Promise.all([call('AdminGetUser', who), call('AdminListGroupsForUser', who)])
  const { UserAttributes, UserCreateDate, UserLastModifiedDate, Enabled, UserStatus, ...rest } = user
  return {
    Username: rest.Username,
    UserStatus,
    Enabled,
    ...attributesOf(UserAttributes),
    Groups: Groups?.map(({ GroupName }) => GroupName).join(', ') || undefined,
    UserMFASettingList: rest.UserMFASettingList?.join(', ') || undefined,
    PreferredMfaSetting: rest.PreferredMfaSetting,
    UserCreateDate,
    UserLastModifiedDate,
  }
}

/** `email=ann@example.com` */
function attribute(text: string): { Name: string; Value: string } {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--attribute is NAME=VALUE, not ${text}.`)
  return { Name: text.slice(0, at), Value: text.slice(at + 1) }
}

/** A password on a command line stays in the shell's history, and every user of the machine can see it. */
async function standardInput(): Promise<string> {
  if (process.stdin.isTTY) return ''
  let text = ''
  for await (const part of process.stdin) text += part
  return text.replace(/\r?\n$/, '')
}

export const user = (args: string[], print?: Print) =>
  runForm({ name: 'user', options, forms, client: cognito }, args, print)
