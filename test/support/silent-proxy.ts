import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface SilentProxy {
  port: number
  /** Packets vanish from now on, in both directions and on new connections too; no socket is closed. */
  silence(): void
  /** New connections reach the other side again. Those that fell silent stay so, as after a failover. */
  restore(): void
  close(): Promise<void>
}

/** Stands between a server and its database, which may listen at a folder's socket. */
export async function silentProxy(target: { host: string; port: number }): Promise<SilentProxy> {
  const sockets = new Set<Socket>()
  let silent = false

  const server = createServer((near) => {
    sockets.add(near)
    near.on('error', () => {}).on('close', () => sockets.delete(near))
    if (silent) return
    const far = connect(target.host.startsWith('/') ? { path: `${target.host}/.s.PGSQL.${target.port}` } : target)
    sockets.add(far)
    far.on('error', () => near.destroy()).on('close', () => sockets.delete(far))
    near.on('data', (data) => far.write(data)).on('end', () => far.end())
    far.on('data', (data) => near.write(data)).on('end', () => near.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    port: (server.address() as AddressInfo).port,
    silence() {
      silent = true
      for (const socket of sockets) socket.removeAllListeners('data').removeAllListeners('end').pause()
    },
    restore() {
      silent = false
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
