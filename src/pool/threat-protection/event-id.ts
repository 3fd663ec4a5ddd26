import { isUuid } from '../../lib/ids.ts'

/** The model accepts more than real ids. */
export const isEventId = (id: string): boolean => isUuid(id)
