import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import Koa from 'koa'
import { renderErrorOnce } from '../../src/hosted/show.ts'

const app = new Koa()
app.use((koa) => renderErrorOnce(koa, { status: 429, title: 'Busy', text: 'Try again later.' }))
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
after(() => server.close())

async function ask(language: string) {
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
    headers: { 'accept-language': language },
  })
  const { date: _, ...headers } = Object.fromEntries(answer.headers)
  return { status: answer.status, headers, text: await answer.text() }
}

test('a page of a flood is rendered once in each language, and its copies are the same, headers and all', async () => {
  const first = await ask('en')
  assert.equal(first.status, 429)
  assert.match(first.text, /<html lang="en".*Try again later\./s)
  assert.match(first.headers['content-security-policy']!, /^default-src 'none'/)
  const german = await ask('de')
  assert.match(german.text, /<html lang="de"/)
  assert.deepEqual(await ask('en'), first)
  assert.deepEqual(await ask('de'), german)
})
