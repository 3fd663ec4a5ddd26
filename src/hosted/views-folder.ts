/** `views/` beside `src/`, and `dist/views/` in the published package. */
export const viewsFolder = new URL('../../views/', import.meta.url)
