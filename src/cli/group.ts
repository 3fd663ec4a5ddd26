import { type Cognito, cognito, poolIdOf } from './cognito.ts'
import { everyPage, type Form, type OptionsOf, type Print, runForm } from './form.ts'
import { UsageError } from './usage-error.ts'

const options = {
  json: { type: 'boolean' },
  pool: { type: 'string' },
  description: { type: 'string' },
  precedence: { type: 'string' },
  role: { type: 'string' },
  yes: { type: 'boolean' },
} as const

type Row = { GroupName?: string; Description?: string; Precedence?: number; RoleArn?: string; Username?: string }

const forms: Record<string, Form<Cognito, OptionsOf<typeof options>>> = {
  list: {
    takes: [],
    run: async (call, _, { pool }) => {
      const UserPoolId = await poolIdOf(call, pool)
      const groups = await everyPage<'Groups', Row>(async (page) => {
        const { Groups = [], NextToken } = await call('ListGroups', { UserPoolId, ...page })
        return { Groups, NextToken }
      }, 'Groups')
      return groups.map(({ GroupName, Precedence, Description, RoleArn }) => ({
        GroupName,
        Precedence,
        Description,
        RoleArn,
      }))
    },
  },
  show: {
    takes: ['GROUP'],
    run: async (call, [GroupName = ''], { pool }) => {
      const UserPoolId = await poolIdOf(call, pool)
      const { Group } = await call('GetGroup', { UserPoolId, GroupName })
      const members = await everyPage<'Users', Row>(async (page) => {
        const { Users = [], NextToken } = await call('ListUsersInGroup', { UserPoolId, GroupName, ...page })
        return { Users, NextToken }
      }, 'Users')
      return { ...Group, Members: members.map(({ Username }) => Username) }
    },
  },
  create: {
    takes: ['GROUP'],
    run: async (call, [GroupName = ''], { pool, description, precedence, role }) => {
      if (precedence !== undefined && !/^\d{1,9}$/.test(precedence))
        throw new UsageError(`--precedence is a number from 0, not ${precedence}.`)
      const { Group } = await call('CreateGroup', {
        UserPoolId: await poolIdOf(call, pool),
        GroupName,
        Description: description,
        Precedence: precedence === undefined ? undefined : +precedence,
        RoleArn: role,
      })
      return Group
    },
  },
  add: {
    takes: ['GROUP', 'USER'],
    run: async (call, [GroupName = '', Username = ''], { pool }) => {
      await call('AdminAddUserToGroup', { UserPoolId: await poolIdOf(call, pool), GroupName, Username })
      return `${Username} is in ${GroupName}.`
    },
  },
  remove: {
    takes: ['GROUP', 'USER'],
    run: async (call, [GroupName = '', Username = ''], { pool }) => {
      await call('AdminRemoveUserFromGroup', { UserPoolId: await poolIdOf(call, pool), GroupName, Username })
      return `${Username} is no longer in ${GroupName}.`
    },
  },
  delete: {
    takes: ['GROUP'],
    run: async (call, [GroupName = ''], { pool, yes }) => {
      if (!yes) throw new UsageError(`This deletes the group ${GroupName}; its members stay. Say so with --yes.`)
      await call('DeleteGroup', { UserPoolId: await poolIdOf(call, pool), GroupName })
      return `${GroupName} is deleted.`
    },
  },
}

export const group = (args: string[], print?: Print) =>
  runForm({ name: 'group', options, forms, client: cognito }, args, print)
