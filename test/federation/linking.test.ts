import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { google, samlMetadata } from '../identity-providers/pool.ts'
import { startFakeIdp } from './fake-idp.ts'
import { type Scene, startScene } from './scene.ts'

let scene: Scene
let cognito: Scene['cognito']
let UserPoolId: string

before(async () => {
  scene = await startScene()
  cognito = scene.cognito
  UserPoolId = scene.poolId
  await cognito.createIdentityProvider({ UserPoolId, ...google })
  await cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Corp',
    ProviderType: 'SAML',
    ProviderDetails: { MetadataFile: samlMetadata() },
    AttributeMapping: { email: 'mail', name: 'cn', nickname: 'n', locale: 'l', zoneinfo: 'z', website: 'w' },
  })
})
after(() => scene.close())

const Password = 'Correct-horse-1'

async function addUser(Username: string): Promise<void> {
  await cognito.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS' })
  await cognito.adminSetUserPassword({ UserPoolId, Username, Password, Permanent: true })
}

const link = (name: string, provider: string, value: string, attribute = 'Cognito_Subject') =>
  cognito.adminLinkProviderForUser({
    UserPoolId,
    DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: name },
    SourceUser: { ProviderName: provider, ProviderAttributeName: attribute, ProviderAttributeValue: value },
  })

const unlink = (ProviderName: string, ProviderAttributeValue: string, ProviderAttributeName = 'Cognito_Subject') =>
  cognito.adminDisableProviderForUser({
    UserPoolId,
    User: { ProviderName, ProviderAttributeName, ProviderAttributeValue },
  })

async function identities(Username: string): Promise<Record<string, unknown>[] | undefined> {
  const { UserAttributes } = await cognito.adminGetUser({ UserPoolId, Username })
  const value = UserAttributes!.find(({ Name }) => Name === 'identities')?.Value
  return value && JSON.parse(value)
}

test('a link shows in the identities of the user, and in their ID token with strings', async () => {
  await addUser('ann')
  assert.equal(await identities('ann'), undefined)
  await link('ann', 'Google', '1001')
  await link('ann', 'Corp', 'ann@corp.example', 'email')
  const shown = (await identities('ann'))!
  const dateCreated = shown[0]!.dateCreated as number
  assert.ok(Math.abs(dateCreated - Date.now()) < 60_000)
  assert.deepEqual(shown[0], {
    userId: '1001',
    providerName: 'Google',
    providerType: 'Google',
    issuer: null,
    primary: false,
    dateCreated,
  })
  assert.equal(shown[1]!.userId, 'ann@corp.example')

  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
  })
  const { AuthenticationResult } = await cognito.adminInitiateAuth({
    UserPoolId,
    ClientId: UserPoolClient!.ClientId,
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ann', PASSWORD: Password },
  })
  const claims = JSON.parse(Buffer.from(AuthenticationResult!.IdToken!.split('.')[1]!, 'base64url').toString())
  assert.deepEqual(claims.identities[0], {
    userId: '1001',
    providerName: 'Google',
    providerType: 'Google',
    issuer: null,
    primary: 'false',
    dateCreated: String(dateCreated),
  })
})

test('what can not be linked is refused', async () => {
  await addUser('bob')
  await addUser('eve')
  await link('bob', 'Google', '2001')
  await assert.rejects(link('bob', 'Google', '2001'), {
    name: 'InvalidParameterException',
    message: 'SourceUser is already linked to DestinationUser',
  })
  await assert.rejects(link('eve', 'Google', '2001'), { name: 'InvalidParameterException' })
  await assert.rejects(link('bob', 'Cognito', 'eve'), {
    name: 'InvalidParameterException',
    message:
      'Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser',
  })
  await assert.rejects(link('bob', 'Facebook', '1'), { name: 'ResourceNotFoundException' })
  await assert.rejects(link('nobody', 'Google', '3'), { name: 'UserNotFoundException' })
  await assert.rejects(link('bob', 'Google', 'b@example.com', 'email'), { name: 'InvalidParameterException' })
  await assert.rejects(link('bob', 'Corp', 'b', 'gender'), { name: 'InvalidParameterException' })
  await assert.rejects(link('bob', 'Corp', 'x'.repeat(3000)), { name: 'InvalidParameterException' })
  await assert.rejects(
    cognito.adminLinkProviderForUser({
      UserPoolId,
      DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: 'bob' },
      SourceUser: { ProviderName: 'Google' },
    }),
    { name: 'InvalidParameterException' },
  )
})

test('a user has five links, however many calls come at once', async () => {
  await addUser('cat')
  const results = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => link('cat', 'Corp', `cat-${index}`)))
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 5)
  for (const result of results)
    if (result.status === 'rejected') assert.equal(result.reason.name, 'LimitExceededException')
  assert.equal((await identities('cat'))!.length, 5)
})

test('users of a provider are linked by five attributes at most', async () => {
  await addUser('dan')
  // `email` and the subject are in use already.
  for (const attribute of ['name', 'nickname', 'locale']) await link('dan', 'Corp', 'dan', attribute)
  await assert.rejects(link('dan', 'Corp', 'dan', 'zoneinfo'), { name: 'LimitExceededException' })
  await link('dan', 'Corp', 'Dan', 'name')
})

test('a link that is ended leaves no trace, and can be made anew', async () => {
  await addUser('fay')
  await link('fay', 'Google', '5001')
  await unlink('Google', '5001')
  assert.equal(await identities('fay'), undefined)
  await assert.rejects(unlink('Google', '5001'), { name: 'UserNotFoundException' })
  await link('fay', 'Google', '5001')
  await cognito.adminDeleteUser({ UserPoolId, Username: 'fay' })
  await addUser('fay')
  await link('fay', 'Google', '5001')
})

test('a link by an attribute is removed by that attribute, until a sign-in has found its subject', async () => {
  await addUser('hen')
  await link('hen', 'Corp', 'hen@corp.example', 'email')
  await assert.rejects(unlink('Corp', 'hen@corp.example'), { name: 'UserNotFoundException' })
  await assert.rejects(unlink('Google', 'hen@corp.example', 'email'), { name: 'UserNotFoundException' })
  await unlink('Corp', 'hen@corp.example', 'email')
  assert.equal(await identities('hen'), undefined)
  for (const User of [{}, { ProviderName: 'Corp' }, { ProviderName: 'Corp', ProviderAttributeValue: 'x' }])
    await assert.rejects(cognito.adminDisableProviderForUser({ UserPoolId, User }), {
      name: 'InvalidParameterException',
    })
})

test('a provider’s profile can have links as well, and its own identity is not one of them', async () => {
  const idp = await startFakeIdp()
  try {
    await cognito.createIdentityProvider({
      UserPoolId,
      ProviderName: 'Acme',
      ProviderType: 'OIDC',
      ProviderDetails: {
        client_id: 'poolhouse',
        client_secret: 'secret',
        authorize_scopes: 'openid',
        oidc_issuer: idp.url,
        attributes_request_method: 'GET',
      },
    })
    const clientId = await scene.client(['Acme'])
    idp.claims = { sub: 'ian' }
    const { id } = await scene.signIn(clientId)
    const linkTo = (provider: string, value: string, source: string) =>
      cognito.adminLinkProviderForUser({
        UserPoolId,
        DestinationUser: {
          ProviderName: provider,
          ProviderAttributeName: 'anything',
          ProviderAttributeValue: value,
        },
        SourceUser: {
          ProviderName: 'Acme',
          ProviderAttributeName: 'Cognito_Subject',
          ProviderAttributeValue: source,
        },
      })
    await linkTo('Acme', 'ian', 'ian-2')
    await assert.rejects(linkTo('Acme', 'nobody', 'ian-3'), { name: 'UserNotFoundException' })
    assert.deepEqual(
      (await identities('Acme_ian'))!.map(({ userId, primary }) => [userId, primary]),
      [
        ['ian', true],
        ['ian-2', false],
      ],
    )
    idp.claims = { sub: 'ian-2' }
    assert.equal((await scene.signIn(clientId)).id.sub, id.sub)
    await assert.rejects(unlink('Acme', 'ian'), { name: 'InvalidParameterException' })

    // Who has a profile is linked once that is deleted.
    idp.claims = { sub: 'jo' }
    await scene.signIn(clientId)
    await addUser('jo')
    await assert.rejects(linkTo('Cognito', 'jo', 'jo'), /Merging is not currently supported/)
    await cognito.adminDeleteUser({ UserPoolId, Username: 'Acme_jo' })
    await linkTo('Cognito', 'jo', 'jo')
    const linked = await scene.signIn(clientId)
    assert.equal(linked.id['cognito:username'], 'jo')
    assert.deepEqual(
      (linked.id.identities as Record<string, string>[]).map(({ userId, primary }) => [userId, primary]),
      [['jo', 'false']],
    )
    // Unlinked, they are somebody of their own again.
    await unlink('Acme', 'jo')
    assert.equal((await scene.signIn(clientId)).id['cognito:username'], 'Acme_jo')
    assert.equal(await identities('jo'), undefined)
  } finally {
    idp.close()
  }
})

test('a local user whose password is disabled can not sign in with it', async () => {
  await addUser('gil')
  await link('gil', 'Google', '6001')
  await unlink('Cognito', 'gil')
  const { UserStatus } = await cognito.adminGetUser({ UserPoolId, Username: 'gil' })
  assert.equal(UserStatus, 'EXTERNAL_PROVIDER')
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
  })
  const ClientId = UserPoolClient!.ClientId!
  const AuthParameters = { USERNAME: 'gil', PASSWORD: Password }
  const signIn = () => cognito.initiateAuth({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters })
  await assert.rejects(signIn(), { name: 'NotAuthorizedException' })
  await cognito.adminSetUserPassword({ UserPoolId, Username: 'gil', Password, Permanent: true })
  assert.ok((await signIn()).AuthenticationResult)
  await assert.rejects(unlink('Cognito', 'gil', 'email'), { name: 'InvalidParameterException' })
  await assert.rejects(unlink('Cognito', 'nobody'), { name: 'UserNotFoundException' })
})
