import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alwaysRemembered, deviceScene } from '../devices/scene.ts'
import { arnOf } from './lambda-endpoint.ts'
import { startScene } from './scene.ts'

test('functions learn of a new device, and of a sign-in with a known one', async () => {
  const server = await startScene()
  const { lambda } = server
  try {
    const LambdaConfig = { PostAuthentication: arnOf('post'), PreTokenGeneration: arnOf('pre') }
    for (const name of ['post', 'pre']) lambda.functions[name] = (event) => event
    const scene = await deviceScene(server, alwaysRemembered, { pool: { LambdaConfig } })
    const seen = () => lambda.calls.splice(0).map(({ event }) => [event.triggerSource, event.request.newDeviceUsed])

    const { kept } = await scene.trustedUser('ann')
    assert.deepEqual(seen(), [
      ['TokenGeneration_Authentication', undefined],
      ['PostAuthentication_Authentication', true],
    ])
    const { Session } = await scene.signIn('ann', kept.key)
    assert.ok((await scene.prove('ann', Session, kept)).AuthenticationResult)
    assert.deepEqual(seen(), [
      ['TokenGeneration_AuthenticateDevice', undefined],
      ['PostAuthentication_Authentication', false],
    ])
  } finally {
    await server.close()
  }
})
