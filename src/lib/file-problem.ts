/** Why a file could not be read, in words. */
export const fileProblem = (file: string, error: Error & { code?: string }): string =>
  error.code === 'ENOENT' ? `${file}: there is no such file.` : `${file}: ${error.message}`
