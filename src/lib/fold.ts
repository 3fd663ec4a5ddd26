/** The only case folding for names. SQL's lower() is never used, since its result depends on the database's locale. */
export const foldCase = (name: string): string => name.normalize('NFC').toLowerCase()
