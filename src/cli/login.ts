import { spawn } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type IDToken,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import type { OperatorsSignIn } from '../administration/operators/operators-sign-in.ts'
import { readConfig } from '../config.ts'
import { type Print, parseOptions } from './form.ts'
import {
  assumeRole,
  clientOf,
  credentialsOf,
  endSession,
  readSession,
  type TemporaryCredentials,
  writeSession,
} from './operator-session.ts'
import { StartError } from './run.ts'
import { UsageError } from './usage-error.ts'

interface Means {
  print?: Print
  /** Opens an address in the operator's browser. */
  openBrowser?: (url: string) => void
}

/** How long to wait for the browser. */
const patience = 5 * 60_000

/** Signs an operator in with the browser of this machine. */
export async function login(
  args: string[],
  { print = console.log, openBrowser = openInBrowser }: Means = {},
): Promise<void> {
  const { values } = parseOptions(
    'login',
    { role: { type: 'string' }, 'no-browser': { type: 'boolean' } } as const,
    args,
  )
  const url = readConfig('dev', process.env).publicUrl
  const { accountId, operators } = await installationAt(url)
  const client = await clientOf(operators)
  const verifier = randomPKCECodeVerifier()
  const state = randomState()

  const listener = await listenOnLoopback(operators.loopbackUrls)
  const wait = waitForCallback(listener.server, listener.url)
  try {
    const page = buildAuthorizationUrl(client, {
      redirect_uri: listener.url,
      scope: 'openid email',
      state,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).href
    print(`Sign in at\n  ${page}`)
    if (!values['no-browser']) openBrowser(page)
    const callback = await wait.callback
    const tokens = await authorizationCodeGrant(client, callback, {
      pkceCodeVerifier: verifier,
      expectedState: state,
    }).catch((error) => {
      wait.answer(false)
      throw new StartError(`The sign-in failed: ${error.error_description ?? error.error ?? error.message}`)
    })
    wait.answer(true)
    const claims = tokens.claims()!
    const roleArn = chooseRole(claims, values.role, accountId)
    const credentials = await assumeRole(url, roleArn, tokens.id_token!)
    const { issuer, clientId } = operators
    await writeSession({ url, issuer, clientId, roleArn, refreshToken: tokens.refresh_token!, credentials })
    print(`${claims.email ?? claims.sub} is signed in with the role ${roleArn}.`)
  } finally {
    listener.server.close()
    listener.server.closeAllConnections()
  }
}

/** Ends this machine's sign-in. */
export async function logout(_args: string[], { print = console.log }: Means = {}): Promise<void> {
  const ended = await endSession(readConfig('dev', process.env).publicUrl)
  print(ended ? 'Signed out.' : 'Nobody is signed in.')
}

/** The command for `credential_process` in an AWS profile. */
export async function credentials(_args: string[], { print = console.log }: Means = {}): Promise<void> {
  const session = await readSession(readConfig('dev', process.env).publicUrl)
  if (!session) throw new StartError('Nobody is signed in. Run `poolhouse login`.')
  print(processOutput(await credentialsOf(session)))
}

const processOutput = ({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: TemporaryCredentials): string =>
  JSON.stringify({
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiresAt,
  })

async function installationAt(url: string): Promise<{ accountId: string; operators: OperatorsSignIn }> {
  const response = await fetch(`${url}/.well-known/poolhouse`).catch((error) => {
    throw new StartError(`${url} does not answer: ${error.cause?.code ?? error.message}.`)
  })
  if (!response.ok) throw new StartError(`${url} answers ${response.status}, but not as Poolhouse does.`)
  const { accountId, operators } = (await response.json()) as { accountId: string; operators: OperatorsSignIn | null }
  if (!operators) throw new StartError('This installation has no operators yet. Run `poolhouse init`.')
  return { accountId, operators }
}

/** @throws UsageError if the operator has several roles and none is preferred; StartError if they have none */
function chooseRole(claims: IDToken, named: string | undefined, accountId: string): string {
  const roles = Array.isArray(claims['cognito:roles']) ? (claims['cognito:roles'] as string[]) : []
  if (roles.length === 0) throw new StartError('You are in no group that has a role.')
  if (named !== undefined) {
    const arn = named.startsWith('arn:') ? named : `arn:aws:iam::${accountId}:role/${named}`
    if (!roles.includes(arn)) throw new StartError(`You don't have the role ${named}. You have: ${roles.join(', ')}`)
    return arn
  }
  const preferred = claims['cognito:preferred_role']
  if (typeof preferred === 'string') return preferred
  throw new UsageError(`Choose a role with --role: ${roles.join(', ')}`)
}

async function listenOnLoopback(urls: string[]): Promise<{ server: Server; url: string }> {
  for (const url of urls) {
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(Number(new URL(url).port), '127.0.0.1', () => resolve(true))
    })
    if (free) return { server, url }
  }
  const ports = urls.map((url) => new URL(url).port).join(', ')
  throw new StartError(`No port for the answer of the browser is free: ${ports}.`)
}

/** Waits for the browser's redirect to `url`. `answer` completes the page once the outcome of the sign-in is known. */
function waitForCallback(server: Server, url: string) {
  let answer: (ok: boolean) => void = () => {}
  const callback = new Promise<URL>((resolve, reject) => {
    const timer = setTimeout(() => reject(new StartError('Nobody signed in within five minutes.')), patience)
    timer.unref()
    server.on('request', (request, response) => {
      const target = URL.parse(request.url ?? '', url)
      response.setHeader('content-type', 'text/plain; charset=utf-8')
      response.setHeader('cache-control', 'no-store')
      if (request.method !== 'GET' || target?.pathname !== new URL(url).pathname) {
        response.statusCode = 404
        return response.end('Not found')
      }
      clearTimeout(timer)
      answer = (ok) => response.end(ok ? 'You are signed in. You can close this window.' : 'The sign-in failed.')
      resolve(target)
    })
  })
  return { callback, answer: (ok: boolean) => answer(ok) }
}

function openInBrowser(url: string): void {
  const commands: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
    darwin: ['open'],
    win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  }
  const [command, ...args] = commands[process.platform] ?? ['xdg-open']
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
  // The address is printed as well, so a machine without a browser is no problem.
  child.on('error', () => {})
  child.unref()
}
