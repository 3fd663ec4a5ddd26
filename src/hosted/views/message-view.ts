import type { PageView } from './page-view.ts'

/** A page that shows a message. */
export interface MessageView extends PageView {
  graphic: 'check' | 'problem'
  link: { url: string; text: string } | undefined
  /** A text for the app's developer. */
  details: Detail[]
}

export interface Detail {
  name: string
  values: string[]
}

export function messageView(content: {
  title: string
  text: string
  failed: boolean
  link?: { url: string; text: string }
  details?: Detail[]
}): MessageView {
  const { title, text, failed, link, details = [] } = content
  return {
    title,
    description: text,
    alert: undefined,
    failed,
    scripts: [],
    graphic: failed ? 'problem' : 'check',
    link,
    details,
  }
}
