import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './pysaml2.ts'

const version = '26.2.5'
const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:tar.gz`
const mavenCopy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy'
const sha256 = 'e99e5f8783ea8f1cc04140b7033ea7291ff9898a088f37399b88651d81238f88'

/** KEYCLOAK_HOME, or a copy of our own, which Maven fetches once from wherever it is set up to look. */
async function requireKeycloak(): Promise<string> {
  if (!runs('java', ['-version']))
    throw new Error('The tests with Keycloak need Java 17 or later (Debian: apt-get install openjdk-17-jre-headless).')
  const { KEYCLOAK_HOME: home } = process.env
  if (home && !existsSync(join(home, 'bin/kc.sh'))) throw new Error(`KEYCLOAK_HOME has no bin/kc.sh: ${home}`)
  return home ?? (await fetchKeycloak(join(homedir(), '.cache/poolhouse')))
}

const runs = (command: string, args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0

async function fetchKeycloak(cache: string): Promise<string> {
  const home = join(cache, `keycloak-${version}`)
  if (existsSync(home)) return home
  const unpacked = join(cache, `unpacking-${process.pid}`)
  mkdirSync(unpacked, { recursive: true })
  try {
    const file = join(unpacked, `keycloak-quarkus-dist-${version}.tar.gz`)
    console.error(`Fetching ${artifact} by Maven …`)
    const copy = ['-q', '-B', mavenCopy, `-Dartifact=${artifact}`, `-DoutputDirectory=${unpacked}`]
    if (!runs('mvn', copy))
      throw new Error(
        `The tests with Keycloak need Maven to fetch ${artifact}, or KEYCLOAK_HOME, where it is unpacked.`,
      )
    const actual = createHash('sha256').update(readFileSync(file)).digest('hex')
    if (actual !== sha256) throw new Error(`${artifact} is not what it was`)
    if (!runs('tar', ['xzf', file, '-C', unpacked])) throw new Error('Keycloak could not be unpacked')
    renameSync(join(unpacked, `keycloak-${version}`), home)
    return home
  } finally {
    rmSync(unpacked, { recursive: true, force: true })
  }
}

export interface Keycloak {
  /** Of the one realm. */
  url: string
  /** A call of the Admin REST API. */
  post(path: string, body: object): Promise<void>
  close(): Promise<void>
}

/** A real provider of both kinds, whose one realm is as `realm` says. */
export async function startKeycloak(realm: { realm: string } & Record<string, unknown>): Promise<Keycloak> {
  const home = await requireKeycloak()
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const options = ['start-dev', '--db=dev-mem', `--http-port=${port}`, '--http-host=127.0.0.1']
  const child = spawn(join(home, 'bin/kc.sh'), options, {
    env: { ...process.env, KC_BOOTSTRAP_ADMIN_USERNAME: 'admin', KC_BOOTSTRAP_ADMIN_PASSWORD: 'admin' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const close = (): Promise<void> => {
    // The script has the server as a child.
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGTERM')
    return exited
  }
  const isUp = () =>
    fetch(`${base}/realms/master`).then(
      ({ ok }) => ok,
      () => false,
    )
  for (let waited = 0; !(await isUp()); waited++) {
    if (child.exitCode !== null || waited > 180) {
      await close()
      throw new Error(`Keycloak does not start:\n${said}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
  const post = async (path: string, body: object): Promise<void> => {
    const form = { grant_type: 'password', client_id: 'admin-cli', username: 'admin', password: 'admin' }
    const token = await fetch(`${base}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    })
    const { access_token } = (await token.json()) as { access_token: string }
    const response = await fetch(`${base}/admin/realms${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (response.status !== 201) throw new Error(`Keycloak answered ${response.status} ${await response.text()}`)
  }
  await post('', realm)
  return { url: `${base}/realms/${realm.realm}`, post, close }
}
