import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { setImmediate, setTimeout } from 'node:timers/promises'

/** A listening socket. It hands on the connections that it accepts. */
export interface Port {
  number: number
  /** Accepts no more connections. Resolves once all that it accepted have been handed on. */
  close(): Promise<void>
}

/**
 * @param handOn is given each connection, from which nothing has been read
 * @throws the system's error if the address can't be used
 */
export async function openPort(number: number, host: string, handOn: (socket: Socket) => void): Promise<Port> {
  const server = createServer({ pauseOnConnect: true, noDelay: true })
  const held: Socket[] = []
  let closing = false
  server.on('connection', (socket) => {
    if (!closing) return handOn(socket)
    socket.on('error', () => {})
    held.push(socket)
  })
  await listenOn(server, number, host)
  return {
    number: (server.address() as AddressInfo).port,
    async close() {
      closing = true
      await untilNobodyWaits(server)
      server.close()
      for (const socket of held) handOn(socket)
    },
  }
}

async function listenOn(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  // A connection that could not be accepted, for want of descriptors say, ends nothing.
  server.on('error', () => {})
}

/** Milliseconds between two looks. */
const rest = 10
/** So many rests in a row without a connection make it quiet. */
const quietRests = 3
/** How long it waits for quiet, in milliseconds. */
const patience = 250
/** How long it goes on if the queue never is empty, in milliseconds. */
const maxDrain = 1000
/** In a turn that took longer, in milliseconds, the process may have stood still after it looked for connections. */
const shortTurn = 0.5

/**
 * Resolves at a moment to close the socket: the system resets the connections that are in its queue.
 *
 * Those accepted meanwhile are held and not answered, so clients that ask again as soon as they are answered fall
 * silent, and it becomes quiet. Where it does not, because the connections are of many clients that know nothing of one
 * another, an empty queue must do: the event loop accepts one connection a turn, so the queue is empty after a turn that
 * accepted none, and still is if that turn was a short one.
 */
async function untilNobodyWaits(server: Server): Promise<void> {
  const begun = performance.now()
  const elapsed = () => performance.now() - begun
  let accepted = false
  let quiet = 0
  server.on('connection', () => {
    accepted = true
  })
  while (elapsed() < maxDrain) {
    await setTimeout(rest)
    quiet = accepted ? 0 : quiet + 1
    accepted = false
    const turn = performance.now()
    // The loop looks for connections before it resolves.
    await setImmediate()
    const empty = !accepted && performance.now() - turn < shortTurn
    if (empty && (quiet >= quietRests || elapsed() > patience)) return
  }
}
