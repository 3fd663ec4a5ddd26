import type { Handlers } from '../handler.ts'

export const userOperations = {} satisfies Handlers
