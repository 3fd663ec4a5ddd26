import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Balancer {
  url: string
  /** Ports of the nodes; each request goes to the next of them. */
  nodes: number[]
  /** Requests that a node had taken and did not answer. */
  cut(): number
  close(): Promise<void>
}

/** A balancer without health checks: a node that takes no connection is passed over, what a node has taken is sent once. */
export async function startBalancer(): Promise<Balancer> {
  const nodes: number[] = []
  let turn = 0
  let cut = 0

  const server = createServer(async (near, answer) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of near) chunks.push(chunk)
    } catch {
      return
    }
    const body = Buffer.concat(chunks)
    const first = turn++
    const order = nodes.map((_, index) => nodes[(first + index) % nodes.length]!)
    for (const port of order) {
      const outcome = await pass(port, near, body, answer)
      if (outcome === 'answered') return
      if (outcome === 'refused') continue
      cut++
      break
    }
    if (!answer.headersSent) answer.writeHead(502)
    answer.end()
  })
  // A client that sends its next request while its idle connection is being closed would take that for a fault of a node.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    nodes,
    cut: () => cut,
    async close() {
      server.close().closeAllConnections()
      await once(server, 'close')
    },
  }
}

function pass(
  port: number,
  near: IncomingMessage,
  body: Buffer,
  answer: ServerResponse,
): Promise<'answered' | 'refused' | 'cut'> {
  const { method, url: path } = near
  const headers = { ...near.headers, connection: 'close' }
  return new Promise((resolve) => {
    const far = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const { 'transfer-encoding': _, connection: __, 'keep-alive': ___, ...rest } = response.headers
      answer.writeHead(response.statusCode!, rest)
      response.on('data', (chunk) => answer.write(chunk))
      response.on('end', () => {
        answer.end()
        resolve('answered')
      })
      response.on('error', () => resolve('cut'))
    })
    far.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED' ? 'refused' : 'cut'))
    far.end(body)
  })
}
