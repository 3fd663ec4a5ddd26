export type { Clock, Duration, Fault, Inbox, Message } from './control.ts'
export { PoolhouseContainer } from './poolhouse-container.ts'
export type { Seed, SeedPool } from './seed.ts'
export { StartedPoolhouseContainer } from './started-poolhouse-container.ts'
