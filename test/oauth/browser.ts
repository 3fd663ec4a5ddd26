/** A browser as far as these tests need one: it keeps cookies by path, and shows each redirect. */
export interface Browser {
  /** One request; redirects are not followed. */
  get(url: string, headers?: Record<string, string>): Promise<Response>
  post(url: string, form: Record<string, string>): Promise<Response>
  /** Follows redirects until `stop` says that this is it, and returns that address. */
  follow(url: string, stop: (url: URL) => boolean): Promise<URL>
  cookies(): { name: string; value: string; path: string; attributes: string }[]
  setCookie(name: string, value: string, path: string): void
  clear(): void
}

export function createBrowser(proxied: Record<string, string> = {}): Browser {
  let jar: ReturnType<Browser['cookies']> = []

  async function send(url: string, init: RequestInit = {}): Promise<Response> {
    const { pathname } = new URL(url)
    const cookie = jar
      .filter(({ path }) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    const headers = { ...proxied, ...(init.headers as Record<string, string>), ...(cookie && { cookie }) }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(/; */)
      const name = pair!.slice(0, pair!.indexOf('='))
      const value = pair!.slice(pair!.indexOf('=') + 1)
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/'
      const kept = jar.findIndex((cookie) => cookie.name === name && cookie.path === path)
      const cookie = { name, value, path, attributes: attributes.join('; ') }
      if (value === '') jar = jar.filter((_, index) => index !== kept)
      else if (kept >= 0) jar[kept] = cookie
      else jar.push(cookie)
    }
    return response
  }

  return {
    get: (url, headers = {}) => send(url, { headers }),
    post: (url, form) => send(url, { method: 'POST', body: new URLSearchParams(form) }),
    async follow(url, stop) {
      let at = new URL(url)
      for (let hops = 0; hops < 10; hops++) {
        if (stop(at)) return at
        const response = await send(at.href)
        const location = response.headers.get('location')
        if (!location) throw new Error(`${at.href} answered ${response.status} ${await response.text()}`)
        at = new URL(location, at)
      }
      throw new Error(`Too many redirects, at ${at.href}`)
    },
    cookies: () => jar,
    setCookie(name, value, path) {
      jar = [...jar.filter((cookie) => cookie.name !== name), { name, value, path, attributes: '' }]
    },
    clear() {
      jar = []
    },
  }
}
