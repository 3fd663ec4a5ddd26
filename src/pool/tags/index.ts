import type { Handlers } from '../handler.ts'

export const tagOperations = {} satisfies Handlers
