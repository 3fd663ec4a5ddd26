import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/server.ts'
import { openTerraform, type Terraform } from './terraform.ts'

let server: TestServer
let terraform: Terraform
before(async () => {
  server = await startTestServer()
  terraform = openTerraform(server.url)
  await terraform.run('init', '-no-color', '-input=false')
})
after(async () => {
  terraform?.close()
  await server?.close()
})

interface Resource {
  address: string
  mode: 'managed' | 'data'
  type: string
  values: Record<string, string>
}

async function resources(): Promise<Resource[]> {
  const { values } = JSON.parse(await terraform.run('show', '-json'))
  return values.root_module.resources
}

const poolId = async () => (await terraform.run('output', '-raw', 'pool_id')).trim()
const nothing = 'No changes.'

test('every resource and data source is made, and planned again without changes', async () => {
  assert.match(await terraform.apply(false), /^Resources: \d+ added, 0 changed, 0 destroyed\./)
  assert.equal(await terraform.plan(false), nothing)
  const all = await resources()
  const types = (mode: Resource['mode']) => new Set(all.filter((one) => one.mode === mode).map(({ type }) => type)).size
  assert.deepEqual([types('managed'), types('data')], [11, 7])

  const { cognito } = server
  const UserPoolId = await poolId()
  const { UserPool } = await cognito.describeUserPool({ UserPoolId })
  assert.deepEqual([UserPool?.MfaConfiguration, UserPool?.UserPoolTags], ['OPTIONAL', { stage: 'today' }])
  const ann = await cognito.adminGetUser({ UserPoolId, Username: 'ann' })
  assert.deepEqual([ann.UserStatus, ann.Enabled], ['CONFIRMED', true])
})

test('what is changed is changed in place, and planned again without changes', async () => {
  assert.match(await terraform.apply(true), /^Resources: 0 added, \d+ changed, 0 destroyed\./)
  assert.equal(await terraform.plan(true), nothing)

  const { cognito } = server
  const UserPoolId = await poolId()
  const { UserPool } = await cognito.describeUserPool({ UserPoolId })
  assert.equal(UserPool?.MfaConfiguration, 'ON')
  assert.deepEqual(UserPool?.UserPoolTags, { stage: 'tomorrow', owner: 'ann' })
  assert.equal(UserPool?.Policies?.PasswordPolicy?.MinimumLength, 14)
  const ann = await cognito.adminGetUser({ UserPoolId, Username: 'ann' })
  assert.equal(ann.Enabled, false)
  assert.equal(ann.UserAttributes?.find(({ Name }) => Name === 'custom:team')?.Value, 'red')
})

test('what exists already is imported, and planned without being made again', async () => {
  const managed = (await resources()).filter(({ mode }) => mode === 'managed')
  // The provider takes a client that was to have a secret for another one, since no operation tells that it was.
  // A user's password would be set once more, which the pool's history of passwords refuses.
  const imported = managed.filter(
    ({ type, values }) => importId[type] !== undefined && !values.generate_secret && !values.password,
  )
  await terraform.run('state', 'rm', ...imported.map(({ address }) => address))
  terraform.write(
    'imports.tf',
    imported
      .map(({ address, type, values }) => `import {\n  to = ${address}\n  id = "${importId[type]!(values)}"\n}\n`)
      .join('\n'),
  )
  const plan = await terraform.plan(true)
  // What no operation tells again, such as a password, is only written into the state.
  assert.match(plan, new RegExp(`^Plan: ${imported.length} to import, 0 to add, \\d+ to change, 0 to destroy\\.$`))
  assert.match(await terraform.apply(true), new RegExp(`^Resources: ${imported.length} imported, 0 added,`))
  assert.equal(await terraform.plan(true), nothing)
})

test('everything is destroyed', async () => {
  const UserPoolId = await poolId()
  await terraform.run('destroy', '-no-color', '-input=false', '-auto-approve', '-var', 'changed=true')
  await assert.rejects(server.cognito.describeUserPool({ UserPoolId }), { name: 'ResourceNotFoundException' })
  assert.deepEqual((await server.cognito.listUserPools({ MaxResults: 60 })).UserPools, [])
})

/** By type, as the provider's documentation has them. What stands in none of them can't be imported. */
const importId: Record<string, (values: Record<string, string>) => string> = {
  aws_cognito_user_pool: ({ id }) => id!,
  aws_cognito_user_pool_client: ({ user_pool_id, id }) => `${user_pool_id}/${id}`,
  aws_cognito_managed_user_pool_client: ({ user_pool_id, id }) => `${user_pool_id}/${id}`,
  aws_cognito_resource_server: ({ user_pool_id, identifier }) => `${user_pool_id}|${identifier}`,
  aws_cognito_identity_provider: ({ user_pool_id, provider_name }) => `${user_pool_id}:${provider_name}`,
  aws_cognito_user_group: ({ user_pool_id, name }) => `${user_pool_id}/${name}`,
  aws_cognito_user: ({ user_pool_id, username }) => `${user_pool_id}/${username}`,
  aws_cognito_user_pool_domain: ({ domain }) => domain!,
  aws_cognito_user_pool_ui_customization: ({ user_pool_id, client_id }) => `${user_pool_id},${client_id}`,
  aws_cognito_risk_configuration: ({ id }) => id!,
}
