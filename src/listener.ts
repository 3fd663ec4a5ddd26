import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import { openPort } from './port.ts'

export type RequestHandler = (req: IncomingMessage, res: ServerResponse) => void

export interface CloseOptions {
  /**
   * How long it still accepts connections, in milliseconds, for a load balancer that has not noticed yet that it is not
   * ready.
   */
  acceptFor?: number
  /** Milliseconds after which unfinished requests are cut off. */
  deadline?: number
  /**
   * How long an idle connection stays open, in milliseconds, so that a client that is just sending its next request
   * gets an answer, which also tells it that the connection ends.
   */
  idleGrace?: number
}

export interface Listener {
  port: number
  /** Accepts no more connections. Every response from now on closes its connection; accepted requests are answered. */
  close(options?: CloseOptions): Promise<void>
}

/**
 * Longer than proxies and balancers keep an idle connection (60 s to 10 min), so that they close it first: one that is
 * closed here while the next request is on its way would cost that request. Every answer says it in `Keep-Alive`.
 */
const keepAliveTimeout = 620_000
/** Max time for the head of a request to arrive. */
const headersTimeout = 20_000
const defaultDeadline = 10_000

/** Where a server's connections come from. */
export interface Connections {
  port: number
  /** Takes no more of them. Resolves once those that were taken have closed. */
  end(): Promise<void>
  /** Cuts those that have not closed. */
  cut(): void
}

export type Connect = (server: Server, port: number, host: string) => Promise<Connections>

/** @throws the system's error if the address can't be used */
export async function listen(
  server: Server,
  port: number,
  host: string,
  connect: Connect = ownConnections,
): Promise<Listener> {
  server.keepAliveTimeout = keepAliveTimeout
  server.headersTimeout = headersTimeout
  const open = new Set<ServerResponse>()
  let closing = false
  // Runs before the application's own listener, so that it finds the header set.
  server.prependListener('request', (_, res) => {
    if (closing) endConnectionAfter(res)
    open.add(res)
    res.once('close', () => open.delete(res))
  })
  const connections = await connect(server, port, host)

  return {
    port: connections.port,
    async close({ acceptFor = 0, deadline = defaultDeadline, idleGrace = 0 } = {}) {
      closing = true
      if (acceptFor > 0) await new Promise((resolve) => setTimeout(resolve, acceptFor))
      for (const res of open) if (!res.headersSent) endConnectionAfter(res)
      const closed = connections.end()
      const begun = performance.now()
      const closeIdle = () => {
        if (performance.now() - begun >= idleGrace) server.closeIdleConnections()
      }
      closeIdle()
      const idle = setInterval(closeIdle, 50)
      const cut = setTimeout(() => connections.cut(), deadline)
      await closed
      clearInterval(idle)
      clearTimeout(cut)
    },
  }
}

async function ownConnections(server: Server, port: number, host: string): Promise<Connections> {
  const connections = serveConnections(server)
  const own = await openPort(port, host, connections.take)
  return {
    port: own.number,
    async end() {
      await own.close()
      await connections.closed()
    },
    cut: connections.cut,
  }
}

interface ServedConnections {
  take(socket: Socket): void
  closed(): Promise<void>
  cut(): void
}

/** Serves connections that something else accepts. */
export function serveConnections(server: Server): ServedConnections {
  // As of connections that they accept themselves: with plain HTTP a client may end its side after its request.
  const allowHalfOpen = !(server instanceof TlsServer)
  const open = new Set<Socket>()
  let allClosed = () => {}
  // Starts the limits for slow clients.
  server.emit('listening')
  return {
    take(socket) {
      open.add(socket)
      socket.once('close', () => {
        open.delete(socket)
        if (open.size === 0) allClosed()
      })
      socket.allowHalfOpen = allowHalfOpen
      server.emit('connection', socket)
      socket.resume()
    },
    async closed() {
      if (open.size > 0) await new Promise<void>((resolve) => (allClosed = resolve))
    },
    cut() {
      server.closeAllConnections()
      // Those that are in the handshake of TLS, of which the server of HTTP does not know yet.
      for (const socket of open) socket.destroy()
    },
  }
}

function endConnectionAfter(res: ServerResponse): void {
  res.shouldKeepAlive = false
}
