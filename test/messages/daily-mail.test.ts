import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { CreateUserPoolCommandInput } from '@aws-sdk/client-cognito-identity-provider'
import { startTestServer } from '../support/server.ts'

const limits = { mailsPerDay: 2 }
const strict = await startTestServer({ strict: true, limits })
const lenient = await startTestServer({ limits })
after(() => Promise.all([strict.close(), lenient.close()]))

const Password = 'Correct-horse-1'
const message =
  'Exceeded daily email limit for the operation or the account. If a higher limit is required, please configure your ' +
  'user pool to use your own Amazon SES configuration for sending email.'

async function poolOf({ cognito }: typeof strict, input: Partial<CreateUserPoolCommandInput> = {}) {
  const { UserPool } = await cognito.createUserPool({ PoolName: 'p', AutoVerifiedAttributes: ['email'], ...input })
  const UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await cognito.createUserPoolClient({ UserPoolId, ClientName: 'c' })
  const { ClientId } = UserPoolClient!
  const UserAttributes = (name: string) => [{ Name: 'email', Value: `${name}@example.com` }]
  return {
    signUp: (name: string) =>
      cognito.signUp({ ClientId, Username: name, Password, UserAttributes: UserAttributes(name) }),
    invite: (name: string) =>
      cognito.adminCreateUser({
        UserPoolId,
        Username: name,
        UserAttributes: UserAttributes(name),
        DesiredDeliveryMediums: ['EMAIL'],
      }),
  }
}

test('where the installation is strict, the default sender’s mails of a day end in a refusal, until 9:00 UTC', async () => {
  const now = strict.clock.now()
  const noon = new Date(now).setUTCHours(36, 0, 0, 0)
  strict.clock.advance({ seconds: (noon - now.getTime()) / 1000 })
  const pool = await poolOf(strict)
  await pool.signUp('ann')
  await pool.invite('bob')
  await assert.rejects(pool.signUp('cid'), { name: 'LimitExceededException', message })
  await assert.rejects(pool.invite('dan'), { name: 'CodeDeliveryFailureException', message })
  await (await poolOf(strict)).signUp('ann')
  strict.clock.advance({ hours: 20, minutes: 55 })
  await assert.rejects(pool.signUp('cid'), { name: 'LimitExceededException' })
  strict.clock.advance({ minutes: 10 })
  await pool.signUp('cid')
})

test('a pool with a sender of its own, and an installation that is not strict, send as many as they like', async () => {
  const own = await poolOf(strict, {
    EmailConfiguration: {
      EmailSendingAccount: 'DEVELOPER',
      SourceArn: 'arn:aws:ses:us-east-1:000000000000:identity/shop@example.com',
    },
  })
  for (const pool of [own, await poolOf(lenient)]) for (const name of ['ann', 'bob', 'cid']) await pool.signUp(name)
})
