import type { Page } from 'playwright-core'

/** Types a new password again where the page asks for it twice: the classic pages, and any page without scripts. */
export async function repeatPassword(page: Page, password: string): Promise<void> {
  const field = page.getByLabel(/^Repeat (new )?password$/)
  if ((await field.count()) > 0) await field.fill(password)
}
