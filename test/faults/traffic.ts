import { randomUUID } from 'node:crypto'
import { Visitor } from '../hosted/visitor.ts'
import { rightPassword } from '../sign-in/scene.ts'
import type { Nodes } from './nodes.ts'

/** What mixed traffic has seen. What must stay empty is a list, so that a failure names it. */
export interface Counts {
  done: number
  /** Users whose sign-up was acknowledged. */
  users: string[]
  /** Calls that got no answer, or one of 5xx: a node that is killed or a database that is away. */
  failed: string[]
  /** Codes that two requests were given tokens for. */
  codesUsedTwice: string[]
  /** Confirmations that two requests were told to have made. */
  confirmedTwice: string[]
  /** Two sign-ups of one name that were both acknowledged. */
  madeTwice: string[]
  /** Answers that no fault explains. */
  wrong: string[]
}

export interface Scene {
  UserPoolId: string
  ClientId: string
}

export const callback = 'https://app.example.com/callback'

export async function trafficScene({ cognito }: Nodes): Promise<Scene> {
  const { UserPool } = await cognito.createUserPool({
    PoolName: 'traffic',
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
  })
  const UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH'],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: [callback],
  })
  return { UserPoolId, ClientId: UserPoolClient!.ClientId! }
}

/** People who sign up, confirm, sign in on the page and by the API, refresh and read, each step twice at once where it must count once. */
export function startTraffic(nodes: Nodes, scene: Scene, people: number) {
  const { ClientId } = scene
  const counts: Counts = {
    done: 0,
    users: [],
    failed: [],
    codesUsedTwice: [],
    confirmedTwice: [],
    madeTwice: [],
    wrong: [],
  }
  let stopped = false

  /** Two at once; how many were told that it was done. The refusals must be of `expected`. */
  async function twice(what: string, ask: () => Promise<unknown>, expected: string[]): Promise<number> {
    const outcomes = await Promise.allSettled([ask(), ask()])
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason)
    for (const refusal of refusals) note(what, refusal, expected)
    return 2 - refusals.length
  }

  function note(what: string, error: Error & { $metadata?: { httpStatusCode?: number } }, expected: string[] = []) {
    const status = error.$metadata?.httpStatusCode
    if (expected.includes(error.name)) return
    if (status === undefined || status >= 500) counts.failed.push(`${what}: ${error.message}`)
    else counts.wrong.push(`${what}: ${error.name} ${error.message}`)
  }

  async function person(): Promise<void> {
    const { cognito } = nodes
    const Username = `${randomUUID()}@example.com`
    const made = await twice('SignUp', () => cognito.signUp({ ClientId, Username, Password: rightPassword }), [
      'UsernameExistsException',
    ])
    if (made === 0) return
    counts.users.push(Username)
    if (made === 2) counts.madeTwice.push(Username)
    const ConfirmationCode = await nodes.codeFor(Username)
    const confirmed = await twice(
      'ConfirmSignUp',
      () => cognito.confirmSignUp({ ClientId, Username, ConfirmationCode }),
      ['ExpiredCodeException', 'CodeMismatchException', 'NotAuthorizedException', 'LimitExceededException'],
    )
    if (confirmed === 2) counts.confirmedTwice.push(Username)
    if (confirmed === 0) return

    const { AuthenticationResult } = await cognito.initiateAuth({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD: rightPassword },
    })
    let { AccessToken, RefreshToken } = AuthenticationResult!
    for (let round = 0; round < 3; round++) {
      await cognito.getUser({ AccessToken })
      const renewed = await cognito.getTokensFromRefreshToken({ ClientId, RefreshToken })
      ;({ AccessToken, RefreshToken } = renewed.AuthenticationResult!)
    }
    await page(Username)
    await cognito.globalSignOut({ AccessToken })
    const alive = await cognito.getUser({ AccessToken }).then(
      () => true,
      (error) => void note('GetUser after GlobalSignOut', error, ['NotAuthorizedException']),
    )
    if (alive) counts.wrong.push(`${Username} is signed in after GlobalSignOut`)
    counts.done++
  }

  async function page(Username: string): Promise<void> {
    const problems: string[] = []
    const code = await codeByPage(nodes, scene, Username, problems)
    if (!code) {
      counts.failed.push(`no code came of the page: ${problems}`)
      return
    }
    const answers = await Promise.all([redeem(nodes, scene, code), redeem(nodes, scene, code)])
    const tokens = answers.filter(({ status }) => status === 200)
    if (tokens.length === 2) counts.codesUsedTwice.push(code)
    for (const { status, body } of answers)
      if (status >= 500) counts.failed.push(`code: ${status} ${body}`)
      else if (status !== 200 && !body.includes('invalid_grant')) counts.wrong.push(`code: ${status} ${body}`)
  }

  const work = Array.from({ length: people }, async () => {
    while (!stopped) {
      try {
        await person()
      } catch (error) {
        note('a step', error as Error)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  })
  return {
    counts,
    async stop(): Promise<Counts> {
      stopped = true
      await Promise.all(work)
      return counts
    },
  }
}

/** authorize → login → password → code, by forms. Undefined where a page was not what a well server shows. */
export async function codeByPage(
  { url }: Pick<Nodes, 'url'>,
  { UserPoolId, ClientId }: Scene,
  username: string,
  problems: string[] = [],
): Promise<string | undefined> {
  const visitor = new Visitor()
  const query = new URLSearchParams({
    client_id: ClientId,
    response_type: 'code',
    scope: 'openid email',
    redirect_uri: callback,
  })
  const login = await visitor.open(`${url}/${UserPoolId}/oauth2/authorize?${query}`)
  if (login.status !== 200 || login.forms.length === 0) {
    problems.push(`the login page was ${login.status} ${textOf(login.body)}`)
    return undefined
  }
  const at = await visitor.submitAndFollow(login, { username, password: rightPassword })
  const code = new URL(at.location ?? at.url).searchParams.get('code') ?? undefined
  if (!code) problems.push(`the form was answered ${at.status} ${at.location ?? textOf(at.body)}`)
  return code
}

/** What a page says, without its markup. */
const textOf = (html: string): string =>
  html
    .replace(/<(style|script)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .slice(0, 300)

export async function redeem({ url }: Pick<Nodes, 'url'>, { UserPoolId, ClientId }: Scene, code: string) {
  const answer = await fetch(`${url}/${UserPoolId}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: callback, client_id: ClientId }),
  })
  return { status: answer.status, body: await answer.text() }
}
