/** The one folding for names that ignore case. Never SQL's lower(): its answer depends on the database's locale. */
export const foldCase = (name: string): string => name.normalize('NFC').toLowerCase()
