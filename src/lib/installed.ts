/**
 * A file or folder of the program by its path from the root, which is the repository, or `dist/` of the published
 * package. There this function lies in `src/parts/`, as deep as here.
 */
export const installed = (path: string): URL => new URL(`../../${path}`, import.meta.url)

/** A module of the program, to be loaded by its address; its path has no extension, for the package has no TypeScript. */
export const installedModule = (path: string): URL =>
  installed(`${path}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`)
