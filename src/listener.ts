import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'

export type RequestHandler = (req: IncomingMessage, res: ServerResponse) => void

export interface CloseOptions {
  /** Milliseconds that it still takes connections, for a balancer that has yet to read that it is not ready. */
  acceptFor?: number
  /** Milliseconds until what has not finished is cut off. */
  deadline?: number
  /**
   * Milliseconds that an idle connection is kept open, so that a client that sends its next request at this moment is
   * answered, and told by that answer that the connection ends.
   */
  idleGrace?: number
}

export interface Listener {
  port: number
  /** Takes no more connections. Every answer from now on ends its connection; what was accepted is answered. */
  close(options?: CloseOptions): Promise<void>
}

/**
 * Longer than proxies and balancers keep an idle connection (60 s to 10 min), so that they close it first: one that is
 * closed here while the next request is on its way would cost that request. Every answer says it in `Keep-Alive`.
 */
const keepAliveTimeout = 620_000
/** How long the head of a request may take to arrive. */
const headersTimeout = 20_000
const defaultDeadline = 10_000

/** @throws the system's error where nobody can listen there */
export async function listen(server: Server, port: number, host: string): Promise<Listener> {
  server.keepAliveTimeout = keepAliveTimeout
  server.headersTimeout = headersTimeout
  const open = new Set<ServerResponse>()
  let closing = false
  // Before the application's own listener, so that it finds the header set.
  server.prependListener('request', (_, res) => {
    if (closing) endConnectionAfter(res)
    open.add(res)
    res.once('close', () => open.delete(res))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })

  return {
    port: (server.address() as AddressInfo).port,
    async close({ acceptFor = 0, deadline = defaultDeadline, idleGrace = 0 } = {}) {
      closing = true
      if (acceptFor > 0) await new Promise((resolve) => setTimeout(resolve, acceptFor))
      for (const res of open) if (!res.headersSent) endConnectionAfter(res)
      // The close of an HTTP server would end idle connections at once, where a request may be on its way.
      const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
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

function endConnectionAfter(res: ServerResponse): void {
  res.shouldKeepAlive = false
}
