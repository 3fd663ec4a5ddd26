import { request } from 'node:http'

interface NamedCall {
  /** What the Host header says. */
  host: string
  path: string
  form: Record<string, string>
  headers?: Record<string, string>
}

/** Posts a form to the server under any name, which `fetch` does not allow; returns the status. */
export function postAs(url: string, { host, path, form, headers = {} }: NamedCall): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const sent = { host, 'content-type': 'application/x-www-form-urlencoded', ...headers }
  request(new URL(path, url), { method: 'POST', headers: sent }, (response) => {
    response.resume()
    resolve(response.statusCode!)
  })
    .on('error', reject)
    .end(new URLSearchParams(form).toString())
  return promise
}
