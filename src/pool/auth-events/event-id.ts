const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The model lets more pass than the ids that there are. */
export const isEventId = (id: string): boolean => uuid.test(id)
