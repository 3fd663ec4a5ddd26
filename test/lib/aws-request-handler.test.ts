import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { awsRequestHandler } from '../../src/lib/aws-request-handler.ts'
import { OutboundRefused } from '../../src/lib/outbound.ts'

const server = createServer((req, res) => res.writeHead(201, { 'x-seen': req.url! }).end('x'.repeat(100)))
let port: number

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
after(() => server.close())

const request = (hostname: string) => ({
  protocol: 'http:',
  hostname,
  port,
  path: '/here',
  query: { b: ['1', '2'], a: 'x y' },
  method: 'PUT',
  headers: {},
  body: 'hello',
})

test('a client of the SDK is answered in its own terms', async () => {
  const { handle } = awsRequestHandler({ maxBytes: 100, allowPrivateAddresses: true })
  const { response } = await handle(request('127.0.0.1'))
  assert.equal(response.statusCode, 201)
  assert.equal(response.headers['x-seen'], '/here?b=1&b=2&a=x+y')
  assert.equal(response.body.length, 100)
})

test('neither private addresses nor long answers are taken, and a signal ends the call', async () => {
  const guarded = awsRequestHandler({ maxBytes: 100, allowPrivateAddresses: false })
  for (const host of ['127.0.0.1', 'localhost', '169.254.169.254'])
    await assert.rejects(guarded.handle(request(host)), new OutboundRefused('private-address'), host)
  const open = awsRequestHandler({ maxBytes: 99, allowPrivateAddresses: true })
  await assert.rejects(open.handle(request('127.0.0.1')), new OutboundRefused('too-long'))
  const abortSignal = AbortSignal.abort()
  await assert.rejects(open.handle(request('127.0.0.1'), { abortSignal }), { name: 'AbortError' })
})
