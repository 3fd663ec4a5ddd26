/** A browser as far as HTTP goes: cookies of one server, forms, redirects one at a time. */
export class Visitor {
  readonly cookies = new Map<string, string>()

  async get(url: string, headers: Record<string, string> = {}): Promise<Seen> {
    return this.#fetch(url, { headers })
  }

  /** Follows redirects as long as they stay on the server. */
  async open(url: string): Promise<Seen> {
    let seen = await this.get(url)
    for (let hops = 0; seen.location && hops < 10; hops++) {
      if (new URL(seen.location).origin !== new URL(url).origin) return seen
      seen = await this.get(seen.location)
    }
    return seen
  }

  /** Fills in the page's form whose action has `path`, and sends it. */
  async submit(
    page: Seen,
    fields: Record<string, string>,
    { path, headers = {} }: { path?: string; headers?: Record<string, string> } = {},
  ): Promise<Seen> {
    const form = page.forms.find(({ action }) => !path || new URL(action).pathname.endsWith(path))
    if (!form) throw new Error(`No form ${path ?? ''} in ${page.body}`)
    return this.post(form.action, { ...form.hidden, ...fields }, headers)
  }

  async post(url: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Seen> {
    return this.#fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
    })
  }

  /** Sends a form and follows where it leads on the server. */
  async submitAndFollow(page: Seen, fields: Record<string, string>, options: { path?: string } = {}): Promise<Seen> {
    const answer = await this.submit(page, fields, options)
    return answer.location && new URL(answer.location).origin === new URL(page.url).origin
      ? this.open(answer.location)
      : answer
  }

  async #fetch(url: string, init: RequestInit): Promise<Seen> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...(init.headers as Record<string, string>), ...(cookie && { cookie }) },
    })
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    return new Seen(url, response, await response.text())
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/; */)
    const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
    const expires = attributes.find((one) => /^expires=/i.test(one))?.slice(8)
    if (value === '' || (expires && Date.parse(expires) < Date.now())) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

interface SeenForm {
  action: string
  hidden: Record<string, string>
}

export class Seen {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly body: string

  constructor(url: string, response: Response, body: string) {
    this.url = url
    this.status = response.status
    this.headers = response.headers
    this.body = body
  }

  get location(): string | undefined {
    const location = this.headers.get('location')
    return location ? new URL(location, this.url).href : undefined
  }

  get forms(): SeenForm[] {
    return [...this.body.matchAll(/<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].map(
      ([, action, inner]) => ({
        action: new URL(decoded(action!), this.url).href,
        hidden: Object.fromEntries(
          [...inner!.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [
            decoded(name!),
            decoded(value!),
          ]),
        ),
      }),
    )
  }
}

const decoded = (text: string): string =>
  text
    .replaceAll('&#x3D;', '=')
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
