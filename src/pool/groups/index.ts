import type { Handlers } from '../handler.ts'

export const groupOperations = {} satisfies Handlers
