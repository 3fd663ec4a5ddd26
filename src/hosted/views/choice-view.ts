import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'

/** A choice among several factors, each a button of the same form. */
export interface ChoiceView extends PageView {
  kind: 'choice'
  form: FormView
  /** During set-up, choosing a factor is an answer of its own. */
  several: false
  choices: { value: string; label: string; graphic: string }[]
  login: string
}

export function choiceView(
  scene: Scene,
  { choices, ...options }: { title: string; description: string; choices: ChoiceView['choices'] },
): ChoiceView {
  return {
    ...pageView(scene, options),
    kind: 'choice',
    several: false,
    form: scene.form('challenge'),
    choices,
    login: scene.link('login'),
  }
}
