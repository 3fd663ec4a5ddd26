/** Lists a pool's messages for administrators, and lets them retry or discard those that failed. */
export { listMessages, requeueDeadOf, type Undelivered } from '../../delivery/outbox-store.ts'
