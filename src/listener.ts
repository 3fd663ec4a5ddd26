import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'

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
      const cut = setTimeout(() => server.closeAllConnections(), deadline)
      await closed
      clearInterval(idle)
      clearTimeout(cut)
    },
  }
}

async function ownConnections(server: Server, port: number, host: string): Promise<Connections> {
  await listenOn(server, port, host)
  return { port: (server.address() as AddressInfo).port, end: () => stopListening(server).then((closed) => closed.all) }
}

/** @throws the system's error if the address can't be used */
export async function listenOn(server: NetServer, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  // A connection that could not be accepted, for want of descriptors say, ends nothing.
  server.on('error', () => {})
}

/** How long it may go on accepting what the system has queued, in milliseconds, if the queue never ends. */
const maxDrain = 1000
/** In a turn that took longer, in milliseconds, the process may have stood still after it looked for connections. */
const shortTurn = 0.5
/** Rest before each look, in milliseconds: on a busy machine a process that has just slept does not lose its core soon. */
const rest = 2

/**
 * Closes the listening socket when its queue is empty: the system resets what is in it. The event loop accepts one
 * connection a turn, so the queue is empty after a turn that accepted none, and still is if that turn was a short one.
 */
export function stopListening(server: NetServer): Promise<{ all: Promise<void> }> {
  return new Promise((resolve) => {
    const end = performance.now() + maxDrain
    let accepted = false
    const onConnection = () => {
      accepted = true
    }
    const look = () => {
      accepted = false
      const begun = performance.now()
      // Between the two the loop looks for connections.
      setImmediate(() => {
        const now = performance.now()
        if ((accepted || now - begun > shortTurn) && now < end) setTimeout(look, rest)
        else close()
      })
    }
    const close = () => {
      server.off('connection', onConnection)
      // Closing an HTTP server would end idle connections at once, although a request may be on its way.
      resolve({ all: new Promise((closed) => NetServer.prototype.close.call(server, () => closed())) })
    }
    server.on('connection', onConnection)
    setTimeout(look, rest)
  })
}

function endConnectionAfter(res: ServerResponse): void {
  res.shouldKeepAlive = false
}
