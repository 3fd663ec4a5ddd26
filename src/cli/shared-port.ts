/**
 * How several workers serve one port: the supervisor owns the listening socket and gives connections to the workers in
 * turn, so that clients who connect once and stay are spread evenly, and passes over a worker that is behind with taking
 * what it was given. While workers come and go, connections wait here and in the system's queue, so that the end of a
 * worker resets none of them.
 */
import type { Worker } from 'node:cluster'
import type { Server as HttpServer } from 'node:http'
import type { Socket } from 'node:net'
import { type Connections, serveConnections } from '../listener.ts'
import { openPort } from '../port.ts'

type ToWorker = { type: 'connection' } | { type: 'last connection given' }
type ToSupervisor = { type: 'ready for connections' } | { type: 'connection taken' } | { type: 'leaving' }

/**
 * So many connections may be on their way to a worker. With a single one, those that come at once would go to whichever
 * worker is the quickest to take them, which is the one that is warm; each more is one that waits for a worker that hangs.
 */
const onTheirWay = 8

export interface SharedPort {
  port: number
  /** From now on the worker is given connections, until it leaves or dies. */
  add(worker: Worker): void
  /** The next worker that leaves takes the port with it, once all connections that were accepted are given away. */
  closeWithWorkers(): void
}

/** @throws the system's error if the address can't be used */
export async function openSharedPort(port: number, host: string): Promise<SharedPort> {
  /** Those that are given connections, the one whose turn it is first. */
  const members: Worker[] = []
  const leaving = new Set<Worker>()
  /** Accepted connections that no worker has been given. */
  const waiting: Socket[] = []
  /** What each worker has been given and has not taken yet, in the order of giving. */
  const offered = new Map<Worker, Socket[]>()
  let closing: 'no' | 'with the workers' | 'begun' | 'done' = 'no'

  const shared = await openPort(port, host, (socket) => {
    socket.on('error', () => {})
    waiting.push(socket)
    giveAway()
  })

  function giveAway(): void {
    while (waiting.length > 0) {
      const worker = members.find((member) => offered.get(member)!.length < onTheirWay)
      if (!worker) break
      const socket = waiting.shift()!
      offered.get(worker)!.push(socket)
      members.push(...members.splice(members.indexOf(worker), 1))
      // Stays open here, so that another can be given it if this one dies before it takes it.
      worker.process.send({ type: 'connection' } satisfies ToWorker, socket, { keepOpen: true }, () => {})
    }
    for (const worker of leaving) if (closing === 'no' || (closing === 'done' && waiting.length === 0)) release(worker)
  }

  function release(worker: Worker): void {
    forget(worker)
    // Arrives after the connections that it may have been given just before.
    worker.process.send({ type: 'last connection given' } satisfies ToWorker, () => {})
  }

  function forget(worker: Worker): void {
    if (members.includes(worker)) members.splice(members.indexOf(worker), 1)
    leaving.delete(worker)
  }

  async function close(): Promise<void> {
    closing = 'begun'
    await shared.close()
    closing = 'done'
    giveAway()
  }

  return {
    port: shared.number,
    add(worker) {
      if (worker.isDead()) return
      members.push(worker)
      offered.set(worker, [])
      worker.process.on('message', ({ type }: ToSupervisor) => {
        if (type === 'connection taken') {
          // Only this process's descriptor of it.
          offered.get(worker)?.shift()?.destroy()
          giveAway()
        }
        if (type === 'leaving') {
          leaving.add(worker)
          if (closing === 'with the workers') void close()
          giveAway()
        }
      })
      worker.once('exit', () => {
        forget(worker)
        waiting.unshift(...(offered.get(worker) ?? []))
        offered.delete(worker)
        giveAway()
      })
      giveAway()
    },
    closeWithWorkers() {
      closing = 'with the workers'
    },
  }
}

/** In the supervisor: calls back once the worker can be given connections. */
export function onceReady(worker: Worker, callback: () => void): void {
  worker.process.on('message', ({ type }: ToSupervisor) => {
    if (type === 'ready for connections') callback()
  })
}

/** In a worker: the connections that the supervisor gives it. */
export async function connectionsFromSupervisor(server: HttpServer, port: number): Promise<Connections> {
  const last = Promise.withResolvers<void>()
  const connections = serveConnections(server)
  process.on('message', ({ type }: ToWorker, socket?: Socket) => {
    if (type === 'last connection given') last.resolve()
    if (type !== 'connection') return
    tell({ type: 'connection taken' })
    if (socket) connections.take(socket)
  })
  process.once('disconnect', () => last.resolve())
  tell({ type: 'ready for connections' })

  return {
    port,
    async end() {
      tell({ type: 'leaving' })
      if (process.connected) await last.promise
      await connections.closed()
    },
    cut: connections.cut,
  }
}

function tell(message: ToSupervisor): void {
  if (process.connected) process.send!(message)
}
