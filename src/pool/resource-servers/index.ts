import type { Handlers } from '../handler.ts'

export const resourceServerOperations = {} satisfies Handlers
