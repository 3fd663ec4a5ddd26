import type { Answer, HttpClient } from './http-client.ts'

/** One user's browser, as far as signing in needs it: cookies, and the forms of pages. */
export interface Browser {
  cookies(): string
  get(path: string): Promise<Answer>
  /** Fills in the only form of a page and submits it. */
  submit(page: Answer, at: string, fields: Record<string, string>): Promise<Answer>
}

export function browser(http: HttpClient, host: string): Browser {
  const jar = new Map<string, string>()
  const cookies = () => Array.from(jar, ([name, value]) => `${name}=${value}`).join('; ')

  async function send(method: string, path: string, headers: Record<string, string> = {}, body?: string) {
    const answer = await http.send(method, path, { host, cookie: cookies(), ...headers }, body)
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      if (value) jar.set(name!, value)
      else jar.delete(name!)
    }
    return answer
  }

  return {
    cookies,
    get: (path) => send('GET', path),
    submit(page, at, fields) {
      const form = /<form[^>]*method="post"[^>]*>([\s\S]*?)<\/form>/i.exec(page.body)!
      const hidden = form[1]!.matchAll(/<input[^>]*type="hidden"[^>]*>/g)
      const values = Array.from(hidden, ([input]) => [attribute(input, 'name'), attribute(input, 'value')])
      const body = new URLSearchParams({ ...Object.fromEntries(values), ...fields }).toString()
      const action = attribute(form[0].slice(0, form[0].indexOf('>') + 1), 'action') || at
      const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: `http://${host}` }
      return send(
        'POST',
        new URL(action, `http://${host}${at}`).pathname + new URL(action, `http://${host}${at}`).search,
        headers,
        body,
      )
    },
  }
}

const attribute = (tag: string, name: string): string =>
  (new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '').replaceAll('&amp;', '&').replaceAll('&#x3D;', '=')
