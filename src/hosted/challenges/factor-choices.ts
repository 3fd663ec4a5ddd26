import type { Translate } from '../texts/texts.ts'
import type { ChoiceView } from '../views/choice-view.ts'
import { type FactorPage, factorPages } from './factors.ts'

const pages: Readonly<Record<string, FactorPage | undefined>> = factorPages

/** A button for each factor, to sign in with. */
export const factorChoices = (t: Translate, names: string[]): ChoiceView['choices'] =>
  choices(t, names, ({ label }) => label)

/** A button for each factor that can be set up during a sign-in. */
export const setUpChoices = (t: Translate, names: string[]): ChoiceView['choices'] =>
  choices(t, names, ({ setUpLabel }) => setUpLabel)

function choices(t: Translate, names: string[], labelOf: (page: FactorPage) => FactorPage['setUpLabel']) {
  return names.flatMap((value) => {
    const page = pages[value]
    const label = page && labelOf(page)
    return page && label ? [{ value, label: t(label), graphic: page.graphic }] : []
  })
}
