import type { Handlers } from '../handler.ts'

export const poolOperations = {} satisfies Handlers
