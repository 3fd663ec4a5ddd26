import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/server.ts'
import { alwaysRemembered, deviceScene, noDevice } from './scene.ts'

let server: TestServer
let scene: Awaited<ReturnType<typeof deviceScene>>

before(async () => {
  server = await startTestServer()
  scene = await deviceScene(server, alwaysRemembered)
})
after(() => server?.close())

const attributes = (device: { DeviceAttributes?: { Name?: string; Value?: string }[] }) =>
  Object.fromEntries(device.DeviceAttributes!.map(({ Name, Value }) => [Name, Value]))

test('a device key is confirmed once, by the session that received it, with a valid verifier', async () => {
  const { cognito } = server
  await scene.addUser('ann')
  const mine = (await scene.signIn('ann')).AuthenticationResult!
  const other = (await scene.signIn('ann')).AuthenticationResult!
  const { AccessToken } = mine
  const { DeviceKey } = mine.NewDeviceMetadata!
  const invalid = { name: 'InvalidParameterException' }
  await assert.rejects(cognito.confirmDevice({ AccessToken, DeviceKey: other.NewDeviceMetadata!.DeviceKey }), {
    ...invalid,
    message: 'Invalid device key given.',
  })
  const verifier = Buffer.alloc(384, 7).toString('base64')
  const salt = Buffer.alloc(16, 7).toString('base64')
  for (const DeviceSecretVerifierConfig of [
    { Salt: salt },
    { PasswordVerifier: verifier },
    { Salt: salt, PasswordVerifier: Buffer.from([0]).toString('base64') },
    { Salt: salt, PasswordVerifier: Buffer.alloc(400, 1).toString('base64') },
    { Salt: Buffer.alloc(100, 1).toString('base64'), PasswordVerifier: verifier },
  ])
    await assert.rejects(cognito.confirmDevice({ AccessToken, DeviceKey, DeviceSecretVerifierConfig }), invalid)
  await scene.confirm(mine)
  await assert.rejects(scene.confirm(mine), { name: 'DeviceKeyExistsException' })
  await assert.rejects(cognito.confirmDevice({ AccessToken: 'none', DeviceKey }), { name: 'NotAuthorizedException' })
})

test('users and administrators see a device', async () => {
  const { cognito } = server
  const { UserPoolId } = scene
  await scene.addUser('see')
  const mine = (await scene.signIn('see')).AuthenticationResult!
  const { kept } = await scene.confirm(mine, 'my laptop')
  const own = await cognito.getDevice({ AccessToken: mine.AccessToken, DeviceKey: kept.key })
  const seen = await cognito.adminGetDevice({ UserPoolId, Username: 'see', DeviceKey: kept.key })
  assert.equal(own.Device!.DeviceKey, kept.key)
  const { 'dev:device_arn': arn, last_ip_used: ip, ...rest } = attributes(seen.Device!)
  assert.deepEqual(rest, {
    device_status: 'valid',
    device_name: 'my laptop',
    'dev:device_owner': `see.${UserPoolId}`,
    'dev:device_remembered_status': 'remembered',
    'dev:device_sdk': 'aws-sdk',
  })
  assert.match(arn!, new RegExp(`owner/see\\.${UserPoolId}/device/${kept.key}$`))
  assert.ok(ip)
  const listed = await cognito.listDevices({ AccessToken: mine.AccessToken })
  assert.deepEqual(listed.Devices, [own.Device])
  assert.deepEqual(attributes(own.Device!), { device_status: 'valid', device_name: 'my laptop', last_ip_used: ip })
  assert.deepEqual({ ...seen.Device, DeviceAttributes: undefined }, { ...own.Device, DeviceAttributes: undefined })
  assert.equal(own.Device!.DeviceLastAuthenticatedDate!.getMilliseconds(), 0)

  server.clock.advance({ hours: 1 })
  const asked = await scene.signIn('see', kept.key)
  await scene.prove('see', asked.Session, kept)
  const later = await cognito.adminGetDevice({ UserPoolId, Username: 'see', DeviceKey: kept.key })
  const since = later.Device!.DeviceLastAuthenticatedDate!.getTime() - own.Device!.DeviceCreateDate!.getTime()
  assert.ok(since > 3_599_000)
})

test('devices are listed by page', async () => {
  const { cognito } = server
  const { UserPoolId } = scene
  await scene.addUser('list')
  await scene.addUser('none')
  const keys: string[] = []
  let AccessToken: string | undefined
  for (let n = 0; n < 3; n++) {
    const { AuthenticationResult } = await scene.signIn('list')
    keys.push((await scene.confirm(AuthenticationResult!)).kept.key)
    AccessToken = AuthenticationResult!.AccessToken
  }
  const first = await cognito.listDevices({ AccessToken, Limit: 2 })
  const second = await cognito.listDevices({ AccessToken, Limit: 2, PaginationToken: first.PaginationToken })
  assert.equal(second.PaginationToken, undefined)
  assert.deepEqual(
    [...first.Devices!, ...second.Devices!].map(({ DeviceKey }) => DeviceKey),
    keys.toSorted(),
  )
  const all = await cognito.adminListDevices({ UserPoolId, Username: 'list' })
  assert.equal(all.Devices!.length, 3)
  const next = { UserPoolId, Username: 'none', PaginationToken: first.PaginationToken }
  await assert.rejects(cognito.adminListDevices(next), { name: 'InvalidParameterException' })
  assert.deepEqual((await cognito.adminListDevices({ UserPoolId, Username: 'none' })).Devices, [])
})

test('unknown devices and those of other users are not found', async () => {
  const { cognito } = server
  const { UserPoolId } = scene
  await scene.addUser('owner')
  await scene.addUser('mallory')
  const { AuthenticationResult } = await scene.signIn('owner')
  const { key: DeviceKey } = (await scene.confirm(AuthenticationResult!)).kept
  const { AccessToken } = (await scene.signIn('mallory')).AuthenticationResult!
  const DeviceRememberedStatus = 'not_remembered' as const
  const named = { UserPoolId, Username: 'mallory', DeviceKey }
  await assert.rejects(cognito.getDevice({ AccessToken, DeviceKey }), noDevice)
  await assert.rejects(cognito.forgetDevice({ AccessToken, DeviceKey }), noDevice)
  await assert.rejects(cognito.updateDeviceStatus({ AccessToken, DeviceKey, DeviceRememberedStatus }), noDevice)
  await assert.rejects(cognito.updateDeviceStatus({ AccessToken, DeviceKey }), noDevice)
  await assert.rejects(cognito.adminGetDevice(named), noDevice)
  await assert.rejects(cognito.adminForgetDevice(named), noDevice)
  await assert.rejects(cognito.adminUpdateDeviceStatus({ ...named, DeviceRememberedStatus }), noDevice)
  const nobody = { ...named, Username: 'nobody' }
  await assert.rejects(cognito.adminGetDevice(nobody), { name: 'ResourceNotFoundException' })
  await assert.rejects(cognito.adminListDevices({ UserPoolId, Username: 'nobody' }), {
    name: 'ResourceNotFoundException',
  })
  await assert.rejects(cognito.adminForgetDevice(nobody), { name: 'UserNotFoundException' })
  const found = await cognito.adminGetDevice({ ...named, Username: 'owner' })
  assert.equal(attributes(found.Device!)['dev:device_remembered_status'], 'remembered')
})

test('administrators forget devices and decide whether they are remembered', async () => {
  const { cognito } = server
  const { UserPoolId } = scene
  const { kept } = await scene.trustedUser('adm')
  const named = { UserPoolId, Username: 'adm', DeviceKey: kept.key }
  await cognito.adminUpdateDeviceStatus({ ...named, DeviceRememberedStatus: 'not_remembered' })
  assert.equal((await scene.signIn('adm', kept.key)).ChallengeName, 'EMAIL_OTP')
  await cognito.adminUpdateDeviceStatus({ ...named, DeviceRememberedStatus: 'remembered' })
  assert.equal((await scene.signIn('adm', kept.key)).ChallengeName, 'DEVICE_SRP_AUTH')
  await cognito.adminForgetDevice(named)
  await assert.rejects(cognito.adminGetDevice(named), noDevice)
})

test('devices go with their user', async () => {
  const { cognito, ctx } = server
  const { UserPoolId } = scene
  await scene.addUser('bye')
  const { UserAttributes } = await cognito.adminGetUser({ UserPoolId, Username: 'bye' })
  const sub = UserAttributes!.find(({ Name }) => Name === 'sub')!.Value!
  const devices = () => ctx.db.selectFrom('devices').select('device_key').where('user_id', '=', sub).execute()
  await scene.confirm((await scene.signIn('bye')).AuthenticationResult!)
  assert.equal((await devices()).length, 1)
  await cognito.adminDeleteUser({ UserPoolId, Username: 'bye' })
  assert.deepEqual(await devices(), [])
})
