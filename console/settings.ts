/** What the server says in the page; see src/console/console-page.ts. */
export interface Settings {
  mode: 'dev' | 'serve'
  region: string
  accountId: string
  publicUrl: string
  /** Domains of pools without a dot are below it. Empty where there are none. */
  domainSuffix: string
  /** Where operators sign in, once there is a pool of them. */
  signIn?: { clientId: string; authorizationEndpoint: string }
}

export const settings: Settings = JSON.parse(document.getElementById('settings')!.textContent)

/** The console and the API have one origin. */
export const apiUrl = new URL('/', location.href)
