import type { PageView } from './page-view.ts'

/** A page that shows a message. */
export interface MessageView extends PageView {
  graphic: 'check' | 'problem'
  link: { url: string; text: string } | undefined
}

export function messageView(content: {
  title: string
  text: string
  failed: boolean
  link?: { url: string; text: string }
}): MessageView {
  const { title, text, failed, link } = content
  return {
    title,
    description: text,
    alert: undefined,
    failed,
    scripts: [],
    graphic: failed ? 'problem' : 'check',
    link,
  }
}
