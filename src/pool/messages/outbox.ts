/** What administrators see of a pool's messages, and do about those that failed. */
export { listMessages, requeueDeadOf, type Undelivered } from '../../delivery/outbox-store.ts'
