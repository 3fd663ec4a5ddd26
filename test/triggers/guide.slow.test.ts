import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Guide, openGuide } from '../support/guide.ts'

// docs/triggers.md from top to bottom, by the AWS CLI, in a folder that has nothing but the package.
let guide: Guide
before(async () => {
  guide = await openGuide('docs/triggers.md', { ports: [9500, 3000, 3001] })
  guide.writeFiles()
  await guide.run('npm install poolhouse')
})
after(() => guide?.close())

/** The guide starts the server with the folder of modules three times. */
const serveModules = () => guide.serve('POOLHOUSE_TRIGGERS_DIR=./triggers npx poolhouse dev', 9500, '/health')

test('the module confirms a user, and refuses those of a domain', async () => {
  await serveModules()
  assert.match(await guide.run('--pool-name triggers'), /"UserConfirmed": true/)
  const refused = await guide.type(
    `aws cognito-idp sign-up --client-id $CLIENT --username eve --password 'Correct-horse-1' --user-attributes Name=email,Value=eve@example.org`,
    { fails: true },
  )
  assert.match(
    refused,
    /UserLambdaValidationException.*PreSignUp failed with error Sign-ups from example\.org are closed\./,
  )
  assert.match(guide.said(), /a trigger function threw.*"stack"|"stack".*a trigger function threw/)
})

test('the webhook keeps mallory out and lets ann in', async () => {
  await guide.serve('node webhook.mjs &', 9500, '/health')
  await guide.run('function:gatekeeper')
  assert.match(
    await guide.run('USERNAME=mallory', { fails: true }),
    /PreAuthentication failed with error Please call us\./,
  )
  assert.match(await guide.run('USERNAME=ann,PASSWORD=Correct-horse-1\n'), /"AccessToken"/)
})

test('the Lambda server puts a claim into the token', async () => {
  await guide.serve('node lambda.mjs &', 9500, '/health')
  const [token] = /eyJ[\w.-]+/.exec(await guide.run('function:claims'))!
  assert.equal(JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).tenant, 'blue')
})

test('the riddle is solved', async () => {
  await serveModules()
  assert.match(await guide.run('function:riddle'), /"AccessToken"/)
})

test('the sender prints the code', async () => {
  await guide.run('export POOLHOUSE_SENDER_KEYS')
  await serveModules()
  await guide.run('--pool-name senders')
  for (let waited = 0; waited < 20_000 && !guide.said().includes('CustomEmailSender'); waited += 100)
    await new Promise((done) => setTimeout(done, 100))
  assert.match(guide.said(), /CustomEmailSender_SignUp: \d{6} for zoe@example\.com/)
})

test('nothing that the guide prints was left out', () => {
  assert.deepEqual(guide.skipped(), [])
})
