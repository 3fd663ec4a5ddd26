import { AsyncLocalStorage } from 'node:async_hooks'

/** The network that a request comes from, for queues deeper in the code in which callers take turns. */
const callers = new AsyncLocalStorage<string>()

export const runForCaller = <T>(network: string, work: () => T): T => callers.run(network, work)

/** Undefined for the server's own work, and on surfaces that don't count callers. */
export const currentCaller = (): string | undefined => callers.getStore()
