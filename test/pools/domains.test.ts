import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { findPoolByHost } from '../../src/pool/domains/pool-of-host.ts'
import { requirePool } from '../../src/pool/pools/pool.ts'
import { domainOfHost, poolDomainUrl } from '../../src/pool/pools/pool-domain.ts'
import { startTestServer } from '../support/server.ts'
import { call } from './call.ts'

const server = await startTestServer({ internalUrl: 'http://internal.example:9500' })
const { cognito, ctx } = server
after(() => server.close())

const CustomDomainConfig = { CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/a1' }
const create = async () => (await cognito.createUserPool({ PoolName: 'p' })).UserPool!.Id!
const taken = { name: 'InvalidParameterException', message: 'Domain already associated with another user pool.' }
const notOwned = { name: 'InvalidParameterException', message: 'No such domain or user pool exists.' }

test('a prefix domain can be described, and the pool shows it', async () => {
  const UserPoolId = await create()
  const created = await call(server, 'CreateUserPoolDomain', { UserPoolId, Domain: 'described' })
  assert.deepEqual(created, { status: 200, body: { ManagedLoginVersion: 1 } })

  const { DomainDescription } = await cognito.describeUserPoolDomain({ Domain: 'described' })
  assert.equal(DomainDescription!.UserPoolId, UserPoolId)
  assert.equal(DomainDescription!.AWSAccountId, '000000000000')
  assert.equal(DomainDescription!.Status, 'ACTIVE')
  assert.equal(DomainDescription!.ManagedLoginVersion, 1)
  assert.match(DomainDescription!.Version!, /^\d{14}$/)
  assert.deepEqual(DomainDescription!.CustomDomainConfig, {})
  assert.match(DomainDescription!.CloudFrontDistribution!, /^d[0-9a-z]{13}\.cloudfront\.net$/)
  const { UserPool } = await cognito.describeUserPool({ UserPoolId })
  assert.equal(UserPool!.Domain, 'described')
  assert.equal(UserPool!.CustomDomain, undefined)
})

test('an unknown domain has an empty description', async () => {
  assert.deepEqual(await call(server, 'DescribeUserPoolDomain', { Domain: 'nobody' }), {
    status: 200,
    body: { DomainDescription: {} },
  })
})

test('a pool has one prefix and one custom domain', async () => {
  const UserPoolId = await create()
  await cognito.createUserPoolDomain({ UserPoolId, Domain: 'pair' })
  const custom = await cognito.createUserPoolDomain({
    UserPoolId,
    Domain: 'auth.pair.example',
    CustomDomainConfig,
    ManagedLoginVersion: 2,
  })
  assert.match(custom.CloudFrontDomain!, /\.cloudfront\.net$/)
  const again = { name: 'InvalidParameterException', message: 'User pool already has a domain configured.' }
  await assert.rejects(cognito.createUserPoolDomain({ UserPoolId, Domain: 'pair-two' }), again)
  await assert.rejects(
    cognito.createUserPoolDomain({ UserPoolId, Domain: 'login.pair.example', CustomDomainConfig }),
    again,
  )
  const { UserPool } = await cognito.describeUserPool({ UserPoolId })
  assert.equal(UserPool!.Domain, 'pair')
  assert.equal(UserPool!.CustomDomain, 'auth.pair.example')
})

test('of many pools that want a domain at once, one gets it', async () => {
  const pools = await Promise.all(Array.from({ length: 5 }, create))
  const results = await Promise.allSettled(
    pools.map((UserPoolId) => cognito.createUserPoolDomain({ UserPoolId, Domain: 'wanted' })),
  )
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1)
  for (const result of results) {
    if (result.status === 'rejected') assert.equal(result.reason.message, taken.message)
  }
})

test('a pool that asks for two domains at once gets one', async () => {
  const UserPoolId = await create()
  const results = await Promise.allSettled(
    ['twin-a', 'twin-b'].map((Domain) => cognito.createUserPoolDomain({ UserPoolId, Domain })),
  )
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1)
})

test('a prefix with a reserved word is refused, one with three letters of a longer word is not', async () => {
  const UserPoolId = await create()
  for (const [Domain, word] of [
    ['my-aws-login', 'aws'],
    ['cognito', 'cognito'],
    ['amazon-login', 'amazon'],
    ['newcognito', 'cognito'],
    ['my-amazonia', 'amazon'],
  ] as const) {
    await assert.rejects(cognito.createUserPoolDomain({ UserPoolId, Domain }), {
      name: 'InvalidParameterException',
      message: `Domain cannot contain reserved word: ${word}`,
    })
  }
  await cognito.createUserPoolDomain({ UserPoolId, Domain: 'my-awsome-login' })
})

test('a host name without a certificate is a prefix with bad characters', async () => {
  await assert.rejects(cognito.createUserPoolDomain({ UserPoolId: await create(), Domain: 'auth.example.com' }), {
    name: 'InvalidParameterException',
    message: /^The domain name contains an invalid character\. .* format: \^\[a-z0-9\]/,
  })
})

test('a custom domain must be a host name, and none of the installation’s own', async () => {
  const UserPoolId = await create()
  await assert.rejects(cognito.createUserPoolDomain({ UserPoolId, Domain: 'auth', CustomDomainConfig }), {
    name: 'InvalidParameterException',
    message: /^Custom domain is not a valid subdomain/,
  })
  for (const Domain of ['auth.localhost', 'pair.auth.localhost', 'internal.example']) {
    await assert.rejects(cognito.createUserPoolDomain({ UserPoolId, Domain, CustomDomainConfig }), taken)
  }
})

test('a login version that does not exist is refused', async () => {
  await assert.rejects(
    cognito.createUserPoolDomain({ UserPoolId: await create(), Domain: 'third', ManagedLoginVersion: 3 }),
    { name: 'InvalidParameterException', message: 'ManagedLoginVersion must be 1 or 2.' },
  )
})

test('a domain of an unknown pool is refused', async () => {
  await assert.rejects(cognito.createUserPoolDomain({ UserPoolId: 'us-east-1_unknown00', Domain: 'lost' }), {
    name: 'ResourceNotFoundException',
    message: 'User pool us-east-1_unknown00 does not exist.',
  })
  const { DomainDescription } = await cognito.describeUserPoolDomain({ Domain: 'lost' })
  assert.deepEqual(DomainDescription, {})
})

test('only the pool that owns a domain can change or delete it', async () => {
  const [owner, other] = [await create(), await create()]
  await cognito.createUserPoolDomain({ UserPoolId: owner, Domain: 'owned' })
  await assert.rejects(cognito.deleteUserPoolDomain({ UserPoolId: other, Domain: 'owned' }), notOwned)
  await assert.rejects(
    cognito.updateUserPoolDomain({ UserPoolId: other, Domain: 'owned', ManagedLoginVersion: 2 }),
    notOwned,
  )
  await cognito.updateUserPoolDomain({ UserPoolId: owner, Domain: 'owned', ManagedLoginVersion: 2 })
  const { DomainDescription } = await cognito.describeUserPoolDomain({ Domain: 'owned' })
  assert.equal(DomainDescription!.ManagedLoginVersion, 2)
})

test('a certificate is needed to update a custom domain, and refused for a prefix', async () => {
  const UserPoolId = await create()
  await cognito.createUserPoolDomain({ UserPoolId, Domain: 'renew' })
  await cognito.createUserPoolDomain({ UserPoolId, Domain: 'auth.renew.example', CustomDomainConfig })
  const renewed = { CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/b2' }
  await assert.rejects(cognito.updateUserPoolDomain({ UserPoolId, Domain: 'auth.renew.example' }), {
    name: 'InvalidParameterException',
  })
  await assert.rejects(cognito.updateUserPoolDomain({ UserPoolId, Domain: 'renew', CustomDomainConfig: renewed }), {
    name: 'InvalidParameterException',
  })
  const answer = await cognito.updateUserPoolDomain({
    UserPoolId,
    Domain: 'auth.renew.example',
    CustomDomainConfig: renewed,
  })
  assert.match(answer.CloudFrontDomain!, /\.cloudfront\.net$/)
  const { DomainDescription } = await cognito.describeUserPoolDomain({ Domain: 'auth.renew.example' })
  assert.deepEqual(DomainDescription!.CustomDomainConfig, renewed)
})

test('a pool with a domain is not deleted; without it, it is, and the name is free again', async () => {
  const [first, second] = [await create(), await create()]
  await cognito.createUserPoolDomain({ UserPoolId: first, Domain: 'passed-on' })
  await assert.rejects(cognito.deleteUserPool({ UserPoolId: first }), {
    name: 'InvalidParameterException',
    message: 'User pool cannot be deleted. It has a domain configured that should be deleted first.',
  })
  await assert.rejects(cognito.createUserPoolDomain({ UserPoolId: second, Domain: 'passed-on' }), taken)
  await cognito.deleteUserPoolDomain({ UserPoolId: first, Domain: 'passed-on' })
  await cognito.deleteUserPool({ UserPoolId: first })
  await cognito.createUserPoolDomain({ UserPoolId: second, Domain: 'passed-on' })
  await assert.rejects(cognito.deleteUserPoolDomain({ UserPoolId: second, Domain: 'nothing' }), notOwned)
})

test('a host leads to its pool as soon as the domain is there, and no longer', async () => {
  const UserPoolId = await create()
  const port = new URL(ctx.config.publicUrl).port
  assert.equal(poolDomainUrl(ctx, await requirePool(ctx, UserPoolId)), undefined)

  await cognito.createUserPoolDomain({ UserPoolId, Domain: 'hosted' })
  assert.equal((await findPoolByHost(ctx, `Hosted.auth.localhost:${port}`))!.id, UserPoolId)
  assert.equal(poolDomainUrl(ctx, await requirePool(ctx, UserPoolId)), `http://hosted.auth.localhost:${port}`)

  await cognito.createUserPoolDomain({ UserPoolId, Domain: 'login.hosted.example', CustomDomainConfig })
  assert.equal((await findPoolByHost(ctx, 'login.hosted.example'))!.id, UserPoolId)
  assert.equal(poolDomainUrl(ctx, await requirePool(ctx, UserPoolId)), 'https://login.hosted.example')

  await cognito.deleteUserPoolDomain({ UserPoolId, Domain: 'hosted' })
  assert.equal(await findPoolByHost(ctx, 'hosted.auth.localhost'), undefined)
  assert.deepEqual(
    (await findPoolByHost(ctx, 'login.hosted.example'))!.domains.map(({ domain }) => domain),
    ['login.hosted.example'],
  )
})

test('a host that can be no pool’s is not looked up', () => {
  const config = { ...ctx.config, domainSuffix: 'auth.test' }
  const cases: [host: string, domain: string | undefined][] = [
    ['a.auth.test', 'a'],
    ['A.Auth.Test:8443', 'a'],
    ['a.auth.test.', 'a'],
    ['a.b.auth.test', undefined],
    ['auth.test', undefined],
    ['127.0.0.1:9500', undefined],
    ['internal.example', undefined],
    ['xauth.test', 'xauth.test'],
    ['localhost:9500', undefined],
    ['a', undefined],
    ['[::1]:9500', undefined],
    ['a.auth.test/..', undefined],
    ['', undefined],
  ]
  for (const [host, domain] of cases) assert.equal(domainOfHost({ config }, host), domain, host)
  assert.equal(domainOfHost({ config: { ...config, domainSuffix: '' } }, 'a.example'), 'a.example')
})
