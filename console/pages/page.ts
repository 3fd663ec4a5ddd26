import type { PageComponent, Params } from '../shell/router.tsx'

/**
 * A page of the console: a folder below `pages` with its `page.ts`, which is this, and the component that is loaded when
 * somebody goes there. Its place in the navigation, its breadcrumb and what it needs are facts of its own.
 */
export interface Page {
  /** Below /console/, with a name for each part that varies: `pools/:poolId/users/:username`. */
  path: string
  /** In the breadcrumbs, the title of the window and the navigation. */
  title(params: Params): string
  load(): Promise<{ default: PageComponent }>
  /** Its place in the navigation. The pages of a pool are those whose path begins with `pools/:poolId`. */
  nav?: { group: NavGroup }
  /** Without these actions there is nothing to see, and the page is not offered: `cognito-idp:ListUsers`. */
  needs?: string[]
  /** Without any of these either. */
  needsOneOf?: string[]
  /** Whether it exists in this mode; in both unless it says so. */
  mode?: 'dev'
}

/** The groups of the navigation, in their order. Those of a pool stand below its name. */
export type NavGroup = 'pool' | 'people' | 'apps' | 'sign-in' | 'look' | 'watch' | 'installation' | 'development'
