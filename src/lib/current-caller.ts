import { AsyncLocalStorage } from 'node:async_hooks'

/** The network that a request comes from, for queues deep below in which callers take turns. */
const callers = new AsyncLocalStorage<string>()

export const runForCaller = <T>(network: string, work: () => T): T => callers.run(network, work)

/** Undefined for the server's own work, and where callers are not counted. */
export const currentCaller = (): string | undefined => callers.getStore()
