/** What a snippet says of the app client, and how it is written in each language. */

export interface SnippetFacts {
  publicUrl: string
  poolId: string
  clientId: string
  /** `unseen` where the app has one that the server shows no more. */
  secret: string | undefined
  isMachine: boolean
  callbackUrls: string[]
  /** Where the login pages may lead after a sign-out. */
  logoutUrls: string[]
  scopes: string[]
}

export interface Snippet {
  id: string
  title: string
  /** Done one after the other, in a new folder. */
  steps: Step[]
  /** The page of the app that signs in. */
  open?: string
  /** What has to be among the app client's callback URLs. */
  callbackUrl?: string
}

/** A file to write, or else what to run in a terminal, which stays in the folder that it went to. */
export interface Step {
  file?: string
  text: string
}

/** What is written in the place of a secret that the server shows no more. */
export const unseen = 'PASTE-THE-CLIENT-SECRET'

export const run = (...lines: string[]): Step => ({ text: lines.join('\n') })
export const file = (name: string, text: string): Step => ({ file: name, text })

export const issuer = ({ publicUrl, poolId }: SnippetFacts) => `${publicUrl}/${poolId}`

/** In JavaScript. */
export const js = (value: string) => `'${value.replace(/[\\']/g, '\\$&')}'`
/** In Python, Go, Java and YAML, which read what JSON writes. */
export const quoted = (value: string) => JSON.stringify(value)
/** In a shell. */
export const sh = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`

export const exportSecret = ({ secret }: SnippetFacts) => `export CLIENT_SECRET=${sh(secret ?? unseen)}`

/** Where the login page leads back to in a browser: at this machine if there is a choice. */
export function webCallback({ callbackUrls }: SnippetFacts): string | undefined {
  const web = callbackUrls.filter((url) => /^https?:/.test(url))
  return web.find((url) => /^(localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(url).hostname)) ?? web[0]
}

/** The callback URL of a framework that knows only one path, at the app's own address. */
export const callbackAt = (path: string, facts: SnippetFacts) => new URL(path, webCallback(facts)).href
export const addressOf = (path: string, url: string) => new URL(path, url).href
/** The port that the app listens on; behind a proxy it may be any. */
export const portOf = (url: string) => new URL(url).port || '3000'
