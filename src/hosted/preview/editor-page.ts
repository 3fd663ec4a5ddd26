import { escapeHtml } from '../../lib/escape-html.ts'
import { type PreviewSession, previewPath } from './session.ts'
import { previewStates } from './states.ts'

const views = [
  ['light', 'desktop'],
  ['dark', 'desktop'],
  ['light', 'phone'],
  ['dark', 'phone'],
] as const

/** The document at the one side, all pages as they look with it at the other. Works without its script, by the button. */
export function editorPage(
  { formToken, clientId }: PreviewSession,
  { document, poolName, problem }: { document: string; poolName: string; problem?: string },
): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Branding of ${escapeHtml(poolName)}</title>
<link rel="stylesheet" href="${previewPath}/preview.css">
<script src="${previewPath}/preview.js" defer></script>
</head>
<body>
<header>
<h1>Branding of ${escapeHtml(poolName)}</h1>
<p>App client <code>${escapeHtml(clientId)}</code>. Nothing here is saved in the pool: export it, and give it to
<code>CreateManagedLoginBranding</code>.</p>
<form action="${previewPath}/settings" method="post">
<input type="hidden" name="_csrf" value="${escapeHtml(formToken)}">
<label for="settings">Settings</label>
<textarea id="settings" name="settings" spellcheck="false" aria-describedby="status">
${escapeHtml(document)}</textarea>
<p id="status" role="status"${problem ? ' class="problem"' : ''}>${escapeHtml(problem ?? '')}</p>
<p class="actions"><button>Show</button> <a href="${previewPath}/export.json" download="branding.json">Export</a></p>
</form>
</header>
<main>
${Object.entries(previewStates)
  .map(
    ([name, { label }]) => `<section aria-labelledby="${name}">
<h2 id="${name}">${escapeHtml(label)}</h2>
${views
  .map(
    ([scheme, size]) =>
      `<div class="${size}"><iframe src="${previewPath}/page/${name}/${scheme}" title="${escapeHtml(label)}, ${scheme}, ${size}" loading="lazy"></iframe></div>`,
  )
  .join('\n')}
</section>`,
  )
  .join('\n')}
</main>
</body>
</html>
`
}
