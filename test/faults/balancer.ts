import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Balancer {
  url: string
  /** Ports of the nodes; each request goes to the next of them. */
  nodes: number[]
  /** Requests that a node had taken and did not answer, each with how that was seen. */
  cuts: string[]
  close(): Promise<void>
}

/** A balancer without health checks: a node that takes no connection is passed over, what a node has taken is sent once. */
export async function startBalancer(): Promise<Balancer> {
  const nodes: number[] = []
  let turn = 0
  const cuts: string[] = []

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
      cuts.push(`${near.method} ${near.url} ${near.headers['x-amz-target'] ?? ''}: ${outcome}`)
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
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    nodes,
    cuts,
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
): Promise<'answered' | 'refused' | string> {
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
      response.on('error', (error) => resolve(`in the answer, ${error.message}`))
    })
    far.on('error', (error: NodeJS.ErrnoException) =>
      resolve(
        error.code === 'ECONNREFUSED'
          ? 'refused'
          : `${error.syscall} ${error.message}, ${far.socket?.bytesWritten} bytes sent`,
      ),
    )
    far.end(body)
  })
}
