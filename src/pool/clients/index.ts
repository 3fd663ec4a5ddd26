import type { Handlers } from '../handler.ts'

export const clientOperations = {} satisfies Handlers
