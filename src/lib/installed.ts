import { createRequire as requireFrom } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * A file or folder of the program by its path from the root, which is the repository or the published package's
 * `dist/`. There this function lies in `src/parts/`, at the same depth as here.
 */
export const installed = (path: string): URL => new URL(`../../${path}`, import.meta.url)

/**
 * A module of the program, to load by its address. The path has no extension, since the package contains no TypeScript.
 */
export const installedModule = (path: string): URL =>
  installed(`${path}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`)

const requireHere = requireFrom(import.meta.url)

/** Loads such a module at once, for a caller that can't wait. */
export const requireInstalled = <Module>(path: string): Module => requireHere(fileURLToPath(installedModule(path)))
