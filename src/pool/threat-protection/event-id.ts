import { isUuid } from '../../lib/ids.ts'

/** The model lets more pass than the ids that there are. */
export const isEventId = (id: string): boolean => isUuid(id)
