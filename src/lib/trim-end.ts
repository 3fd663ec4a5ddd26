/** Without the characters at its end that are `character`, in linear time, which a pattern such as /=+$/ is not. */
export function trimEndOf(text: string, character: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === character) end--
  return text.slice(0, end)
}
