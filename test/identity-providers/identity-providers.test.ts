import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { startTestServer, type TestServer } from '../support/server.ts'
import { certificateOf, createPool, google, samlMetadata } from './pool.ts'

let server: TestServer
let cognito: TestServer['cognito']
let provider: Server
let site: string
let document: Record<string, unknown> | undefined
let metadata: { status: number; text: string; location?: string }

before(async () => {
  server = await startTestServer()
  cognito = server.cognito
  provider = createServer((request, response) => {
    if (request.url === '/metadata') {
      const { status, text, location } = metadata
      response.writeHead(status, location ? { location } : {}).end(text)
    } else if (request.url === '/.well-known/openid-configuration' && document) response.end(JSON.stringify(document))
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  site = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
})
after(async () => {
  provider.close()
  await server.close()
})

const invalid = (message?: string | RegExp) => ({ name: 'InvalidParameterException', ...(message && { message }) })

test('a social provider is described with the addresses that the service knows', async () => {
  const UserPoolId = await createPool(server)
  const { IdentityProvider } = await cognito.createIdentityProvider({ UserPoolId, ...google })
  assert.deepEqual(IdentityProvider!.AttributeMapping, { username: 'sub' })
  assert.deepEqual(IdentityProvider!.ProviderDetails, {
    ...google.ProviderDetails,
    attributes_url: 'https://people.googleapis.com/v1/people/me?personFields=',
    attributes_url_add_attributes: 'true',
    authorize_url: 'https://accounts.google.com/o/oauth2/v2/auth',
    oidc_issuer: 'https://accounts.google.com',
    token_request_method: 'POST',
    token_url: 'https://www.googleapis.com/oauth2/v4/token',
  })
  const described = await cognito.describeIdentityProvider({ UserPoolId, ProviderName: 'Google' })
  assert.deepEqual(described.IdentityProvider, IdentityProvider)

  const facebook = await cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Facebook',
    ProviderType: 'Facebook',
    ProviderDetails: {
      client_id: 'a',
      client_secret: 'b',
      authorize_scopes: 'public_profile, email',
      api_version: 'v19.0',
      token_url: 'https://attacker.example/token',
    },
  })
  assert.equal(
    facebook.IdentityProvider!.ProviderDetails!.token_url,
    'https://graph.facebook.com/v19.0/oauth/access_token',
  )
  assert.deepEqual(facebook.IdentityProvider!.AttributeMapping, { username: 'id' })
})

test('secrets are sealed in the database, and a private key of Apple is never shown', async () => {
  const UserPoolId = await createPool(server)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const ProviderDetails = { client_id: 'c', team_id: 't', key_id: 'k', private_key, authorize_scopes: 'email name' }
  const apple = {
    UserPoolId,
    ProviderName: 'SignInWithApple',
    ProviderType: 'SignInWithApple',
    ProviderDetails,
  } as const
  const { IdentityProvider } = await cognito.createIdentityProvider(apple)
  assert.equal(IdentityProvider!.ProviderDetails!.private_key, undefined)
  assert.equal(IdentityProvider!.ProviderDetails!.token_url, 'https://appleid.apple.com/auth/token')
  await cognito.createIdentityProvider({ UserPoolId, ...google })

  const { rows } = await sql<{ row: string }>`select row_to_json(p)::text as row from identity_providers p`.execute(
    server.ctx.db,
  )
  const kept = rows.map(({ row }) => row).join('')
  assert.ok(kept.includes('an-app') && !kept.includes('a-secret') && !kept.includes('PRIVATE'))

  // Written back as it was read, it keeps its key.
  const { IdentityProvider: again } = await cognito.updateIdentityProvider({
    UserPoolId,
    ProviderName: 'SignInWithApple',
    ProviderDetails: { ...IdentityProvider!.ProviderDetails, team_id: 'u' },
  })
  assert.equal(again!.ProviderDetails!.team_id, 'u')
  await assert.rejects(
    cognito.updateIdentityProvider({
      UserPoolId,
      ProviderName: 'SignInWithApple',
      ProviderDetails: { ...ProviderDetails, private_key: 'no key' },
    }),
    invalid(),
  )
  await assert.rejects(
    cognito.updateIdentityProvider({
      UserPoolId,
      ProviderName: 'SignInWithApple',
      ProviderDetails: { ...ProviderDetails, key_id: '' },
    }),
    invalid('clientId, privateKey, teamId, and keyId are all required idp details.'),
  )
})

test('names, types and members that do not belong together are refused', async () => {
  const UserPoolId = await createPool(server)
  await assert.rejects(
    cognito.createIdentityProvider({ UserPoolId, ...google, ProviderName: 'MyGoogle' }),
    invalid('Provider MyGoogle cannot be of type Google.'),
  )
  for (const ProviderName of ['Google', 'Facebook', 'Cognito', 'COGNITO'])
    await assert.rejects(
      cognito.createIdentityProvider({
        UserPoolId,
        ProviderName,
        ProviderType: 'SAML',
        ProviderDetails: { MetadataFile: samlMetadata() },
      }),
      invalid(`Provider ${ProviderName} cannot be of type SAML.`),
    )
  await assert.rejects(
    cognito.createIdentityProvider({ UserPoolId, ...google, ProviderDetails: { client_id: 'x', client_secret: 'y' } }),
    invalid('clientId, clientSecret and authorizeScopes are all required idp details.'),
  )
  await assert.rejects(
    cognito.createIdentityProvider({ UserPoolId, ...google, AttributeMapping: { 'custom:zen_groups': 'groups' } }),
    invalid('AttributeMapping contains invalid mapping: [custom:zen_groups]'),
  )
  await assert.rejects(
    cognito.createIdentityProvider({ UserPoolId, ...google, AttributeMapping: { sub: 'sub', email: 'email' } }),
    invalid('AttributeMapping contains invalid mapping: [sub]'),
  )
  await assert.rejects(
    cognito.createIdentityProvider({ UserPoolId, ...google, AcrMapping: { Level1: 'low' } }),
    invalid(),
  )
  await cognito.createIdentityProvider({ UserPoolId, ...google })
  await assert.rejects(cognito.createIdentityProvider({ UserPoolId, ...google }), {
    name: 'DuplicateProviderException',
    message: `Google already exists in user pool ${UserPoolId}`,
  })
  await assert.rejects(cognito.describeIdentityProvider({ UserPoolId, ProviderName: 'Nobody' }), {
    name: 'ResourceNotFoundException',
  })
})

test('an OIDC provider’s addresses are discovered or set', async () => {
  const UserPoolId = await createPool(server)
  const oidc = (ProviderName: string, more: Record<string, string> = {}) =>
    cognito.createIdentityProvider({
      UserPoolId,
      ProviderName,
      ProviderType: 'OIDC',
      ProviderDetails: {
        client_id: 'c',
        client_secret: 's',
        authorize_scopes: 'openid email',
        oidc_issuer: site,
        attributes_request_method: 'GET',
        ...more,
      },
      AcrMapping: { Level2: 'silver' },
    })
  document = undefined
  await assert.rejects(oidc('Nowhere'), invalid(/well-known/))
  document = { issuer: 'https://somebody.else', authorization_endpoint: `${site}/auth` }
  await assert.rejects(oidc('Elsewhere'), invalid(/well-known/))
  document = {
    issuer: site,
    authorization_endpoint: `${site}/auth`,
    token_endpoint: `${site}/token`,
    userinfo_endpoint: `${site}/me`,
    jwks_uri: `${site}/jwks`,
  }
  document.issuer = `${site}/`
  assert.ok((await oidc('Slashed')).IdentityProvider)
  document.issuer = site
  const { IdentityProvider } = await oidc('Found')
  const { authorize_url, token_url, attributes_url, jwks_uri, attributes_url_add_attributes } =
    IdentityProvider!.ProviderDetails!
  assert.deepEqual(
    { authorize_url, token_url, attributes_url, jwks_uri, attributes_url_add_attributes },
    {
      authorize_url: `${site}/auth`,
      token_url: `${site}/token`,
      attributes_url: `${site}/me`,
      jwks_uri: `${site}/jwks`,
      attributes_url_add_attributes: 'false',
    },
  )
  assert.deepEqual(IdentityProvider!.AcrMapping, { Level2: 'silver' })

  const given = {
    oidc_issuer: 'https://idp.example.com/tenant',
    authorize_url: 'https://idp.example.com/auth',
    token_url: 'https://idp.example.com/token',
    attributes_url: 'https://idp.example.com/me',
    jwks_uri: 'https://idp.example.com/jwks',
  }
  assert.ok((await oidc('Given', given)).IdentityProvider)
  await assert.rejects(oidc('Slash', { ...given, oidc_issuer: 'https://idp.example.com/' }), invalid())
  await assert.rejects(oidc('NoOpenId', { ...given, authorize_scopes: 'email' }), invalid())
  const required = 'clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details.'
  for (const member of ['client_id', 'authorize_scopes', 'oidc_issuer', 'attributes_request_method'])
    await assert.rejects(oidc('Odd', { ...given, [member]: '' }), invalid(required))
  const method = /Value 'PUT' .* Member must satisfy enum value set: \[POST, GET\]$/
  await assert.rejects(oidc('Odd', { ...given, attributes_request_method: 'PUT' }), invalid(method))
  await assert.rejects(oidc('Odd', { ...given, token_url: 'file:///etc/passwd' }), invalid())
  await assert.rejects(oidc('Odd', { ...given, jwks_uri: 'https://user:pass@idp.example.com/' }), invalid())
})

test('SAML metadata is read, from a file or an address, and refused where it is none', async () => {
  const UserPoolId = await createPool(server)
  const saml = (ProviderDetails: Record<string, string>, ProviderName = 'Corp') =>
    cognito.createIdentityProvider({ UserPoolId, ProviderName, ProviderType: 'SAML', ProviderDetails })
  await assert.rejects(saml({}), invalid('At least one of the MetadataURL or MetadataFile should be provided.'))
  await assert.rejects(
    saml({ MetadataFile: samlMetadata(), MetadataURL: `${site}/metadata` }),
    invalid('Only one of the MetadataURL or MetadataFile should be provided.'),
  )
  await assert.rejects(saml({ MetadataFile: '<a/>' }), invalid(/metadata/))
  await assert.rejects(saml({ MetadataFile: 'not xml <' }), invalid(/metadata/))
  const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
  await assert.rejects(saml({ MetadataFile: samlMetadata({ head: bomb }) }), invalid(/document type/))
  const expired = certificateOf(new Date(Date.now() - 2e10), new Date(Date.now() - 1e10))
  await assert.rejects(saml({ MetadataFile: samlMetadata({ certificate: expired }) }), invalid(/expired/))
  await assert.rejects(saml({ MetadataFile: samlMetadata({ signOn: 'javascript:alert(1)' }) }), invalid())
  await assert.rejects(saml({ MetadataFile: samlMetadata(), IDPSignout: 'true' }), invalid(/SingleLogoutService/))

  metadata = { status: 404, text: '' }
  await assert.rejects(
    saml({ MetadataURL: `${site}/metadata` }),
    invalid(`Non-ok status code 404 returned from remote metadata source ${site}/metadata`),
  )
  await assert.rejects(
    saml({ MetadataURL: 'http://127.0.0.1:1/metadata' }),
    invalid('Error retrieving metadata from http://127.0.0.1:1/metadata'),
  )
  metadata = { status: 302, text: '', location: `${site}/.well-known/openid-configuration` }
  await assert.rejects(saml({ MetadataURL: `${site}/metadata` }), invalid(/^Non-ok status code 302/))
  metadata = { status: 200, text: `${samlMetadata()}<!-- ${'x'.repeat(1024 * 1024)} -->` }
  await assert.rejects(saml({ MetadataURL: `${site}/metadata` }), invalid(/^Error retrieving metadata/))
  metadata = { status: 200, text: `\ufeff<?xml version="1.0" encoding="utf-8"?>\n${samlMetadata()}` }
  assert.ok((await saml({ MetadataURL: `${site}/metadata` }, 'Marked')).IdentityProvider)
  metadata = { status: 200, text: samlMetadata({ logout: 'https://idp.example.com/slo' }) }
  const { IdentityProvider } = await saml({
    MetadataURL: `${site}/metadata`,
    IDPSignout: 'true',
    EncryptedResponses: 'true',
  })
  const { ActiveEncryptionCertificate, ...details } = IdentityProvider!.ProviderDetails!
  assert.deepEqual(details, {
    MetadataURL: `${site}/metadata`,
    IDPSignout: 'true',
    EncryptedResponses: 'true',
    SSORedirectBindingURI: 'https://idp.example.com/sso',
    SLORedirectBindingURI: 'https://idp.example.com/slo',
  })
  assert.match(new X509Certificate(Buffer.from(ActiveEncryptionCertificate!, 'base64')).subject, /CN=/)
})

test('every provider of SAML has a certificate to encrypt for, which stays', async () => {
  const UserPoolId = await createPool(server)
  const ProviderName = 'Plain'
  const ProviderDetails = { MetadataFile: samlMetadata() }
  const IdpIdentifiers = ['plain']
  const provider = { UserPoolId, ProviderName, ProviderType: 'SAML', ProviderDetails, IdpIdentifiers } as const
  const created = await cognito.createIdentityProvider(provider)
  const certificate = created.IdentityProvider!.ProviderDetails!.ActiveEncryptionCertificate!
  assert.match(new X509Certificate(Buffer.from(certificate, 'base64')).subject, /CN=/)
  const updated = await cognito.updateIdentityProvider({ UserPoolId, ProviderName, ProviderDetails })
  assert.equal(updated.IdentityProvider!.ProviderDetails!.ActiveEncryptionCertificate, certificate)

  // As one that was made when only encrypted responses had a certificate.
  await sql`update identity_providers set details = details - 'ActiveEncryptionCertificate'
    where pool_id = ${UserPoolId}`.execute(server.ctx.db)
  await cognito.updateIdentityProvider({ UserPoolId, ProviderName, IdpIdentifiers })
  for (const { IdentityProvider } of [
    await cognito.describeIdentityProvider({ UserPoolId, ProviderName }),
    await cognito.getIdentityProviderByIdentifier({ UserPoolId, IdpIdentifier: 'plain' }),
  ])
    assert.equal(IdentityProvider!.ProviderDetails!.ActiveEncryptionCertificate, certificate)
})

test('the first provider brings the attribute identities, and each brings its group', async () => {
  const Schema = [{ Name: 'team', AttributeDataType: 'String' as const }]
  const UserPoolId = await createPool(server, { Schema })
  const schema = async () => (await cognito.describeUserPool({ UserPoolId })).UserPool!.SchemaAttributes!
  const before = await schema()
  assert.ok(!before.some(({ Name }) => Name === 'identities'))
  await cognito.createIdentityProvider({ UserPoolId, ...google })
  const ProviderDetails = { MetadataFile: samlMetadata() }
  await cognito.createIdentityProvider({ UserPoolId, ProviderName: 'Corp', ProviderType: 'SAML', ProviderDetails })
  const identities = {
    Name: 'identities',
    AttributeDataType: 'String',
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
    StringAttributeConstraints: {},
  }
  assert.deepEqual(await schema(), [...before.slice(0, -1), identities, before.at(-1)])
  assert.equal(before.at(-2)!.Name, 'updated_at')
  const { Groups } = await cognito.listGroups({ UserPoolId })
  const groups = Groups!.map(({ GroupName, Description }) => [GroupName, Description]).sort()
  assert.deepEqual(groups, [
    [`${UserPoolId}_Corp`, 'Autogenerated group for users who sign in using Corp'],
    [`${UserPoolId}_Google`, 'Autogenerated group for users who sign in using Google'],
  ])

  // Custom attributes still come after it, and nobody sets it.
  await cognito.addCustomAttributes({ UserPoolId, CustomAttributes: [{ Name: 'late', AttributeDataType: 'String' }] })
  assert.equal((await schema()).at(-1)!.Name, 'custom:late')
  const UserAttributes = [{ Name: 'identities', Value: '[]' }]
  await assert.rejects(cognito.adminCreateUser({ UserPoolId, Username: 'ann', UserAttributes }), invalid())
  await assert.rejects(
    cognito.createIdentityProvider({ UserPoolId, ...google }),
    (error: Error) => error.name === 'DuplicateProviderException',
  )
})

test('identifiers find their provider, and belong to one of the pool', async () => {
  const UserPoolId = await createPool(server)
  const saml = { UserPoolId, ProviderType: 'SAML', ProviderDetails: { MetadataFile: samlMetadata() } } as const
  await cognito.createIdentityProvider({ ...saml, ProviderName: 'CorpA', IdpIdentifiers: ['a.example', 'b.example'] })
  const found = await cognito.getIdentityProviderByIdentifier({ UserPoolId, IdpIdentifier: 'b.example' })
  assert.equal(found.IdentityProvider!.ProviderName, 'CorpA')
  assert.deepEqual(found.IdentityProvider!.IdpIdentifiers, ['a.example', 'b.example'])
  await assert.rejects(
    cognito.createIdentityProvider({ ...saml, ProviderName: 'CorpB', IdpIdentifiers: ['c.example', 'b.example'] }),
    invalid(),
  )
  await assert.rejects(cognito.describeIdentityProvider({ UserPoolId, ProviderName: 'CorpB' }), {
    name: 'ResourceNotFoundException',
  })
  await cognito.updateIdentityProvider({ UserPoolId, ProviderName: 'CorpA', IdpIdentifiers: ['b.example'] })
  await cognito.createIdentityProvider({ ...saml, ProviderName: 'CorpB', IdpIdentifiers: ['a.example'] })
  await cognito.deleteIdentityProvider({ UserPoolId, ProviderName: 'CorpA' })
  await assert.rejects(cognito.getIdentityProviderByIdentifier({ UserPoolId, IdpIdentifier: 'b.example' }), {
    name: 'ResourceNotFoundException',
  })
  await assert.rejects(cognito.deleteIdentityProvider({ UserPoolId, ProviderName: 'CorpA' }), {
    name: 'ResourceNotFoundException',
  })
})

test('providers are listed by page', async () => {
  const UserPoolId = await createPool(server)
  const ProviderDetails = { MetadataFile: samlMetadata() }
  for (const ProviderName of ['corp3', 'corp1', 'corp2'])
    await cognito.createIdentityProvider({ UserPoolId, ProviderName, ProviderType: 'SAML', ProviderDetails })
  const first = await cognito.listIdentityProviders({ UserPoolId, MaxResults: 2 })
  assert.deepEqual(
    first.Providers!.map(({ ProviderName, ProviderType }) => [ProviderName, ProviderType]),
    [
      ['corp1', 'SAML'],
      ['corp2', 'SAML'],
    ],
  )
  const second = await cognito.listIdentityProviders({ UserPoolId, MaxResults: 2, NextToken: first.NextToken })
  assert.deepEqual(
    [second.Providers!.map(({ ProviderName }) => ProviderName), second.NextToken],
    [['corp3'], undefined],
  )
  await assert.rejects(
    cognito.listIdentityProviders({ UserPoolId: await createPool(server), NextToken: first.NextToken }),
  )
})

test('a client names providers that exist', async () => {
  const UserPoolId = await createPool(server)
  const client = { UserPoolId, ClientName: 'app', SupportedIdentityProviders: ['COGNITO', 'Google'] }
  await assert.rejects(
    cognito.createUserPoolClient(client),
    invalid(`The provider Google does not exist for User Pool ${UserPoolId}.`),
  )
  await cognito.createIdentityProvider({ UserPoolId, ...google })
  const { UserPoolClient } = await cognito.createUserPoolClient(client)
  assert.deepEqual(UserPoolClient!.SupportedIdentityProviders, ['COGNITO', 'Google'])
})

test('a pool has one signing certificate of ten years, renewed with the same key', async () => {
  const UserPoolId = await createPool(server)
  const [{ Certificate: one }, { Certificate: two }] = await Promise.all([
    cognito.getSigningCertificate({ UserPoolId }),
    cognito.getSigningCertificate({ UserPoolId }),
  ])
  assert.equal(one, two)
  const read = (text: string) => new X509Certificate(Buffer.from(text, 'base64'))
  const certificate = read(one!)
  assert.ok(certificate.verify(certificate.publicKey))
  const years = (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / (365 * 864e5)
  assert.equal(Math.round(years), 10)

  server.clock.advance({ days: 366 })
  try {
    const stale = await fetchCertificate(UserPoolId)
    assert.notEqual(stale, one)
    const pem = (text: string) => createPublicKey(read(text).publicKey.export({ type: 'spki', format: 'pem' }))
    assert.ok(pem(stale).equals(pem(one!)))
  } finally {
    server.clock.advance({ days: -366 })
  }
})

// The SDK signs with the wall's time, which the server's clock has left: asked below the API.
async function fetchCertificate(poolId: string): Promise<string> {
  const { signingKeyOf } = await import('../../src/pool/identity-providers/saml-key.ts')
  return (await signingKeyOf(server.ctx, poolId)).certificate
}
