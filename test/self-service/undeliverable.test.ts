import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { startTestServer, type TestServer } from '../support/server.ts'
import { scene } from './scene.ts'

const failure = { name: 'CodeDeliveryFailureException' }
const email = 'gone@example.com'

// A mail server that knows nobody.
const mail = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  closeTimeout: 100,
  onRcptTo: (_address, _session, done) => done(Object.assign(new Error('5.1.1 unknown'), { responseCode: 550 })),
})
mail.on('error', () => {})

let server: TestServer
before(async () => {
  await new Promise<void>((resolve) => mail.listen(0, '127.0.0.1', resolve))
  const { port } = mail.server.address() as AddressInfo
  server = await startTestServer({ smtpUrl: `smtp://127.0.0.1:${port}`, logLevel: 'silent' })
})
after(async () => {
  await server?.close()
  await new Promise<void>((resolve) => mail.close(() => resolve()))
})

test('a caller that waits for a code learns that it can’t be delivered', async () => {
  const people = await scene(server)
  await assert.rejects(people.signUp('ann', { email }), failure)
  // The account is there all the same, and waits.
  await assert.rejects(people.signUp('ann', { email }), { name: 'UsernameExistsException' })
  await assert.rejects(people.resend('ann'), failure)

  await people.addUser('bob', { email, email_verified: 'true' })
  await assert.rejects(people.forget('bob'), failure)
  const { AccessToken } = await people.signIn('bob')
  const ask = { AccessToken, AttributeName: 'email' }
  await assert.rejects(server.cognito.getUserAttributeVerificationCode(ask), failure)
  const changed = { AccessToken, UserAttributes: [{ Name: 'email', Value: 'other@example.com' }] }
  await assert.rejects(server.cognito.updateUserAttributes(changed), failure)
})

test('where the client hides who exists, what becomes of a message tells nothing', async () => {
  const people = await scene(server, { client: { PreventUserExistenceErrors: 'ENABLED' } })
  await people.addUser('bob', { email, email_verified: 'true' })
  assert.equal((await people.forget('bob')).CodeDeliveryDetails!.Destination, 'g***@e***')
  await people.signUp('ann', { email }).catch(() => {})
  assert.equal((await people.resend('ann')).CodeDeliveryDetails!.Destination, 'g***@e***')
})
