import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { readConfig } from '../../src/config.ts'

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const compose = () => parse(text('docker-compose.yml'), { merge: true })

/** As compose fills in variables, those of the shell or what stands in their place. */
function interpolate(value: unknown, shell: Record<string, string>): string {
  return String(value).replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name, sign, rest) => {
    if (shell[name] !== undefined) return shell[name]
    if (sign === '-') return rest
    throw new Error(`${name}: ${rest}`)
  })
}

test('the compose file gives the server settings that it accepts without a warning', () => {
  const shell = {
    POOLHOUSE_MASTER_KEY: Buffer.alloc(32).toString('base64'),
    POOLHOUSE_SECRET_ACCESS_KEY: 'a'.repeat(40),
  }
  const environment = Object.entries(compose().services.poolhouse.environment)
  const config = readConfig(
    'serve',
    Object.fromEntries(environment.map(([name, value]) => [name, interpolate(value, shell)])),
  )
  assert.deepEqual(config.warnings, [])
  assert.equal(config.publicUrl, 'https://localhost')
  assert.equal(config.trustProxy, 1)
})

test('the compose file refuses to start without a master key or a secret of its own', () => {
  const { environment } = compose().services.poolhouse
  for (const name of ['POOLHOUSE_MASTER_KEY', 'POOLHOUSE_SECRET_ACCESS_KEY'])
    assert.throws(() => interpolate(environment[name], {}), new RegExp(name))
})

test('in the compose file each service waits until the previous one is healthy, and only the proxy is public', () => {
  const { services } = compose()
  assert.deepEqual(services.migrate.depends_on.postgres, { condition: 'service_healthy' })
  assert.deepEqual(services.poolhouse.depends_on.migrate, { condition: 'service_completed_successfully' })
  assert.deepEqual(services.proxy.depends_on.poolhouse, { condition: 'service_healthy' })
  assert.ok(services.postgres.healthcheck && services.poolhouse.healthcheck)
  const published = Object.entries<{ ports?: string[] }>(services).flatMap(([name, { ports = [] }]) =>
    ports.filter((port) => !port.startsWith('127.0.0.1:')).map(() => name),
  )
  assert.deepEqual([...new Set(published)], ['proxy'])
  assert.match(text('deploy/compose/Caddyfile'), /respond \/metrics 404/)
})

test('what the images copy is there, and the services build targets that exist', () => {
  const dockerfile = text('Dockerfile')
  const targets = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, name]) => name)
  assert.deepEqual(targets, ['build', 'dev', 'without-database', 'serve'])
  assert.equal(compose().services.poolhouse.build.target, 'serve')
  for (const [, paths] of dockerfile.matchAll(/^COPY --from=\S+ (.+) \S+$/gm))
    for (const path of paths!.split(' ').map((path) => path.replace('/app/', '')))
      if (path !== 'dist') assert.ok(existsSync(new URL(`../../${path}`, import.meta.url)), path)
})
