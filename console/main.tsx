import '@cloudscape-design/global-styles/dark-mode-utils.css'
import './shell/shell.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { queryClient } from './api/queries.ts'
import { startSession } from './session/session.ts'
import { App } from './shell/app.tsx'
import { startTheme } from './shell/theme.ts'

startTheme()
void startSession()

createRoot(document.getElementById('app')!).render(
  <QueryClientProvider client={queryClient}>
    <App />
  </QueryClientProvider>,
)
