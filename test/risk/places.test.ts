import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { rightPassword, signInScene } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { twoCities } from './mmdb.ts'

let folder: string
let server: TestServer

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'places-'))
  await writeFile(join(folder, 'city.mmdb'), twoCities)
  server = await startTestServer({ geoDatabase: join(folder, 'city.mmdb') })
})
after(async () => {
  await server?.close()
  await rm(folder, { recursive: true })
})

/** What the event of a sign-in from there says. */
async function traveller(username: string) {
  const scene = await signInScene(server, {
    pool: { UserPoolTier: 'PLUS', UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' } },
  })
  const { UserPoolId, ClientId } = scene
  await scene.addUser(username)
  return async (IpAddress: string) => {
    await server.cognito.adminInitiateAuth({
      UserPoolId,
      ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: rightPassword },
      ContextData: { IpAddress, ServerName: 'app.example.com', ServerPath: '/', HttpHeaders: [] },
    })
    const newest = { UserPoolId, Username: username, MaxResults: 1 }
    const [event] = (await server.cognito.adminListUserAuthEvents(newest)).AuthEvents!
    const { City, Country } = event!.EventContextData!
    return [City, Country, event!.EventRisk!.RiskLevel]
  }
}

test('an event contains the place of the address, and a journey that is too fast is a high risk', async () => {
  const signInFrom = await traveller('ann')
  assert.deepEqual(await signInFrom('198.51.100.7'), ['Paris', 'France', undefined])
  server.clock.advance({ minutes: 10 })
  assert.deepEqual(await signInFrom('198.51.100.99'), ['Paris', 'France', undefined], 'a neighbour')
  server.clock.advance({ hours: 3 })
  assert.deepEqual(await signInFrom('203.0.113.9'), ['Tokyo', 'Japan', 'High'])
  server.clock.advance({ hours: 3 })
  assert.deepEqual(await signInFrom('198.51.100.7'), ['Paris', 'France', undefined], 'known, however they came')
})

test('with time to travel another country is a new place like others', async () => {
  const signInFrom = await traveller('bob')
  await signInFrom('198.51.100.7')
  server.clock.advance({ hours: 12 })
  assert.deepEqual(await signInFrom('203.0.113.9'), ['Tokyo', 'Japan', 'Low'])
})
