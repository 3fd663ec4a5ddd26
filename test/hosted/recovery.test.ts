import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type HostedScene, password, startScene } from './scene.ts'
import { type Seen, Visitor } from './visitor.ts'

let scene: HostedScene

before(async () => {
  scene = await startScene()
  await scene.addUser('ann@example.com')
})
after(() => scene?.close())

const heading = ({ body }: Seen): string | undefined => /<h1>(.*?)<\/h1>/.exec(body)?.[1]
const errorAt = ({ body }: Seen, field: string): string | undefined =>
  new RegExp(`id="field-${field}-error">.*?<span>(.*?)</span>`, 's').exec(body)?.[1]

async function askForCode(visitor: Visitor, email: string): Promise<Seen> {
  const page = await visitor.open(scene.loginUrl({}, 'forgotPassword'))
  assert.equal(heading(page), 'Forgot your password?')
  return visitor.submitAndFollow(page, { username: email })
}

test('a forgotten password is changed with the code, and the new one signs in', async () => {
  const visitor = new Visitor()
  let page = await askForCode(visitor, 'ann@example.com')
  assert.equal(heading(page), 'Set a new password')
  assert.match(page.body, /a\*\*\*@e\*\*\*/)
  const { code } = await scene.message({ to: 'ann@example.com' })
  const wrong = code === '000000' ? '111111' : '000000'
  const fresh = 'Brand-new-password-1'

  page = await visitor.submitAndFollow(page, { code: wrong, password: fresh, repeated: fresh })
  assert.equal(errorAt(page, 'code'), 'Invalid verification code provided, please try again.')
  page = await visitor.submitAndFollow(page, { code: code!, password: fresh, repeated: 'Something-else-1' })
  assert.equal(errorAt(page, 'repeated'), 'The passwords don’t match.')
  assert.ok(page.body.includes(`value="${code}"`))
  assert.ok(!page.body.includes(fresh))
  page = await visitor.submitAndFollow(page, { code: code!, password: fresh, repeated: fresh })
  assert.equal(heading(page), 'Sign in')
  assert.match(page.body, /role="status"/)

  const old = await visitor.submitAndFollow(page, { username: 'ann@example.com', password })
  assert.equal(errorAt(old, 'password'), 'Incorrect username or password.')
  const done = await visitor.submitAndFollow(old, { username: 'ann@example.com', password: fresh })
  assert.ok(done.location?.includes('/oauth2/authorize/') || done.location?.startsWith(scene.callback), done.location)
})

test('a user who does not exist is led through the same pages', async () => {
  const page = await askForCode(new Visitor(), 'nobody@example.com')
  assert.equal(heading(page), 'Set a new password')
  assert.match(page.body, /n\*\*\*@e\*\*\*/)
  assert.ok(!scene.ctx.inbox!.list().some(({ to }) => to === 'nobody@example.com'))
})

test('if the client reveals who exists, the page says so next to the field', async () => {
  const clientId = await scene.addClient({ PreventUserExistenceErrors: 'LEGACY' })
  const visitor = new Visitor()
  const page = await visitor.open(scene.loginUrl({ client_id: clientId }, 'forgotPassword'))
  const answer = await visitor.submitAndFollow(page, { username: 'nobody@example.com' })
  assert.equal(errorAt(answer, 'username'), 'There is no account with that username.')
})

test('a password that an administrator reset leads from sign-in to the code', async () => {
  await scene.addUser('reset@example.com')
  await scene.cognito.adminResetUserPassword({ UserPoolId: scene.poolId, Username: 'reset@example.com' })
  const visitor = new Visitor()
  const login = await visitor.open(scene.loginUrl())
  const page = await visitor.submitAndFollow(login, { username: 'reset@example.com', password })
  assert.equal(heading(page), 'Set a new password')
  const { code } = await scene.message({ to: 'reset@example.com' })
  const fresh = 'Brand-new-password-1'
  const done = await visitor.submitAndFollow(page, { code: code!, password: fresh, repeated: fresh })
  assert.equal(heading(done), 'Sign in')
})

test('pages that follow another redirect to it when they are opened first', async () => {
  const visitor = new Visitor()
  await visitor.open(scene.loginUrl())
  for (const [path, wanted] of [
    ['confirm', 'Sign in'],
    ['resendcode', 'Sign in'],
    ['login/continue', 'Sign in'],
    ['confirmforgotPassword', 'Forgot your password?'],
    ['CONFIRMFORGOTPASSWORD', 'Forgot your password?'],
  ])
    assert.equal(heading(await visitor.open(scene.loginUrl({}, path))), wanted, path)
})

test('what a pool does not offer is not shown', async () => {
  const closed = await startScene({
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
  })
  try {
    const visitor = new Visitor()
    const login = await visitor.open(closed.loginUrl())
    assert.doesNotMatch(login.body, /Forgot your password|Create an account/)
    for (const page of ['signup', 'forgotPassword']) {
      const seen = await visitor.open(closed.loginUrl({}, page))
      assert.match(seen.body, /by an administrator/)
      assert.equal(seen.forms.length, 0)
    }
  } finally {
    await closed.close()
  }
})
